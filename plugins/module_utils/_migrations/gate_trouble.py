# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a tool's bookkeeping against going on at all. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health import verdict
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import gate_reasons as accepted
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import model
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Policy, Reason, together
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import DatabaseState, StoreState
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.prefix import skips

MEND = "failed: mend the database and the bookkeeping by hand"
# By state: what it amounts to, the word that accepts it (none: nothing does), and how it is said of one and of many.
TROUBLE: Mapping[str, tuple[str, Optional[str], str, str]] = {
    model.FAILED: (verdict.FAILED, None, MEND, MEND),
    model.IN_PROGRESS: (verdict.UNDECIDED, None, "is under way", "are under way"),
    model.EDITED: (verdict.FAILED, accepted.EDITED, "was changed after it ran", "were changed after they ran"),
    model.MISSING: (
        verdict.UNDECIDED,
        accepted.MISSING,
        "has run and this release does not know it",
        "have run and this release does not know them",
    ),
    model.AHEAD: (
        verdict.UNDECIDED,
        accepted.AHEAD,
        "has run and is newer than this release",
        "have run and are newer than this release",
    ),
    model.OUT_OF_ORDER: (
        verdict.UNDECIDED,
        accepted.OUT_OF_ORDER,
        "is pending below one that has run, and this tool runs in order",
        "are pending below one that has run, and this tool runs in order",
    ),
    model.UNKNOWN: (
        verdict.UNDECIDED,
        None,
        "has run or not, which cannot be told",
        "have run or not, which cannot be told",
    ),
}
QUIET = (
    *(model.APPLIED, model.BASELINE, model.UNDONE, model.SUPERSEDED, model.SKIPPED),
    *(model.PENDING, model.OUTDATED, model.IGNORED),
)


def troubles(database: DatabaseState, policy: Policy) -> Iterator[Reason]:
    """Of the database as a whole, then of each store."""
    if not database.compared:
        yield Reason(
            verdict.UNDECIDED,
            f"{database.name} was not compared with a release: give migration_info its migrations (folder or manifest)",
        )
    if not database.stores and accepted.NO_STORE not in policy.accept:
        yield Reason(verdict.UNDECIDED, f"{database.name} has no bookkeeping of a migration tool")
    broken = database.leftovers.get("invalid_indexes", ())
    if broken and accepted.INVALID_INDEXES not in policy.accept:
        words = together(broken, "is an INVALID index", "are INVALID indexes")
        yield Reason(verdict.UNDECIDED, f"{database.name}: {words}, as a migration leaves that failed half-way")
    for store in database.stores:
        yield from _of_the_store(database.words(store), store, policy)


def _of_the_store(called: str, store: StoreState, policy: Policy) -> Iterator[Reason]:
    if not store.table and accepted.NO_STORE not in policy.accept:
        yield Reason(verdict.UNDECIDED, f"{called}: {store.why_not or 'its bookkeeping was not found'}")
    if store.alternatives and accepted.AMBIGUOUS_TOOL not in policy.accept:
        others = " or ".join(store.alternatives)
        yield Reason(verdict.UNDECIDED, f"{called}: the table may be that of {others} as well. Name the tool")
    if store.stale_lock_suspected:
        held = f" by {store.holder}" if store.holder else ""
        yield Reason(
            verdict.UNDECIDED,
            f"{called}: its lock is held{held}, perhaps by a process that is gone. Release it by hand",
        )
    elif store.in_progress:
        by = f" ({store.holder})" if store.holder else ""
        yield Reason(verdict.UNDECIDED, f"{called}: a migration is under way{by}")
    for state in dict.fromkeys(standing.state for standing in store.standings if standing.state not in QUIET):
        names = [standing.name for standing in store.standings if standing.state == state]
        if state not in TROUBLE:
            yield Reason(verdict.UNDECIDED, f"{called}: {together(names, 'is', 'are')} {state}, which nobody can judge")
            continue
        worth, word, one, many = TROUBLE[state]
        expected = state == model.OUT_OF_ORDER and skips(store, policy)
        if (word or state) not in policy.accept and not expected:
            yield Reason(worth, f"{called}: {together(names, one, many)}")


def notes(database: DatabaseState) -> Iterator[str]:
    """What keeps no gate shut, and what a reader of its answer has to know: mostly what nobody can know."""
    open_ends = database.leftovers.get("not_validated", ())
    if open_ends:
        yield f"{database.name}: {together(open_ends, 'is', 'are')} NOT VALID yet"
    for store in database.stores:
        if not store.table:
            continue
        if not store.failure_detectable:
            because = f": {store.why_not}" if store.why_not else ""
            yield f"{database.words(store)}: a migration that failed half-way would not show{because}"
        if store.in_progress is None:
            yield f"{database.words(store)}: whether a migration is under way cannot be seen"
