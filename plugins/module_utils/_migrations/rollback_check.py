# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an older release can come back to a database as it is now. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, PASSED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason, together
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import StoreState
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    CONTRACT,
    EDITED,
    EXPAND,
    MISSING,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    Standing,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    UNKNOWN as NOT_TOLD,
)

SAFE, BLOCKED, REFUSES, UNKNOWN = "safe", "blocked_by_contract", "old_version_will_refuse_to_start", "unknown"
# What is known to be bad decides, then what is not known.
WORST_FIRST = (BLOCKED, REFUSES, UNKNOWN, SAFE)
VERDICTS = {SAFE: PASSED, BLOCKED: FAILED, REFUSES: FAILED, UNKNOWN: UNDECIDED}

# Whether a release starts that runs its tool at start and finds migrations that are newer than its own. Others are not known.
STARTS_WHEN_AHEAD: Mapping[str, bool] = {
    **{"alembic": False, "golang_migrate": False, "sqitch": False},
    **{"django": True, "efcore": True, "flyway": True, "goose": True, "grate": True, "liquibase": True, "rails": True},
}
# What the check answers by itself, where the way on would only say that it is in the way.
ANSWERED = frozenset({AHEAD, EDITED, MISSING, NOT_TOLD, OUT_OF_ORDER})
# What has run, by what the present release knows.
HAS_RUN = (APPLIED, EDITED, OUTDATED)
# Tools that compare checksums before they do anything, and stop where one is another.
COMPARES_CHECKSUMS = frozenset({"flyway", "liquibase"})


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against the way back."""

    answer: str
    words: str


def findings(
    called: str, store: StoreState, present: Sequence[Standing], starts: Mapping[str, bool]
) -> Iterator[Finding]:
    """``store`` is compared with the migrations of the release to go back to, ``present`` is the same store compared with those of the
    release that is there, ``starts`` what the user knows better than STARTS_WHEN_AHEAD."""
    known = {standing.name for standing in store.standings}
    # Some tools keep only the newest, so what lies between is known to the present release alone.
    between = [standing for standing in present if standing.state in HAS_RUN and standing.name not in known]
    newer = [*(standing for standing in store.standings if standing.state == AHEAD), *between]
    phases = {standing.name: standing.phase for standing in present}
    beyond = [*newer, *(standing for standing in store.standings if standing.state == MISSING)]
    declared = {standing.name: phases.get(standing.name) or standing.phase for standing in beyond}
    contracts = [name for name, phase in declared.items() if phase == CONTRACT]
    undeclared = [name for name, phase in declared.items() if phase not in (EXPAND, CONTRACT)]
    if contracts:
        yield Finding(
            BLOCKED, f"{called}: {together(contracts, 'has', 'have')} taken away what the old release may need"
        )
    if undeclared:
        words = "has no declared phase, so nobody knows what it took away"
        yield Finding(UNKNOWN, f"{called}: {together(undeclared, words, words.replace('has', 'have', 1))}")
    yield from _at_start(called, store, [standing.name for standing in newer], starts)
    yield from _unlike(called, store, {standing.name for standing in present if standing.state in HAS_RUN}, starts)


def _at_start(called: str, store: StoreState, ahead: Sequence[str], starts: Mapping[str, bool]) -> Iterator[Finding]:
    if not ahead:
        return
    known = {**STARTS_WHEN_AHEAD, **starts}.get(store.tool)
    names = together(ahead, "is", "are")
    if known is None:
        words = f"and whether {store.tool} starts then is not known. Say it in starts_when_ahead"
        yield Finding(UNKNOWN, f"{called}: {names} newer than the old release, {words}")
    elif not known:
        words = f"and {store.tool} stops at what it does not know"
        yield Finding(REFUSES, f"{called}: {names} newer than the old release, {words}")


def _unlike(called: str, store: StoreState, has_run: set[str], starts: Mapping[str, bool]) -> Iterator[Finding]:
    """What is other than the old release has it, and not merely newer."""
    by_state = {
        state: [standing.name for standing in store.standings if standing.state == state]
        for state in (EDITED, MISSING, NOT_TOLD, PENDING, OUT_OF_ORDER)
    }
    if by_state[EDITED]:
        refuses = store.tool in COMPARES_CHECKSUMS and not starts.get(store.tool)
        words = together(by_state[EDITED], "is another text in the old release", "are other texts in the old release")
        yield Finding(REFUSES if refuses else UNKNOWN, f"{called}: {words}")
    if by_state[MISSING] and not starts.get(store.tool):
        refuses = STARTS_WHEN_AHEAD.get(store.tool) is False
        words = f"not known to the old release although it has newer ones, and {store.tool} {'stops' if refuses else 'may stop'} at that"
        yield Finding(REFUSES if refuses else UNKNOWN, f"{called}: {together(by_state[MISSING], 'is', 'are')} {words}")
    untold = [name for name in by_state[NOT_TOLD] if name not in has_run]
    wanted = [*by_state[PENDING], *by_state[OUT_OF_ORDER], *untold]
    if wanted:
        yield Finding(
            UNKNOWN, f"{called}: {together(wanted, 'is', 'are')} needed by the old release and not known to have run"
        )


def worst(found: Sequence[Finding], in_trouble: bool) -> str:
    """Nothing is safe in a database that is ``in_trouble``."""
    return min([UNKNOWN if in_trouble else SAFE, *(finding.answer for finding in found)], key=WORST_FIRST.index)


def reasons(found: Sequence[Finding]) -> list[Reason]:
    return [Reason(VERDICTS[finding.answer], finding.words) for finding in found]
