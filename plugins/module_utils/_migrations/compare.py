# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each migration stands: what the database has beside what a release has. Private to hybrid.rollout.

Most tools share this. Names say which is which; versions say what is newer, if the tool orders by version at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    BASELINE,
    EDITED,
    IGNORED,
    MISSING,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    SKIPPED,
    SUPERSEDED,
    UNDONE,
    Migration,
    Record,
    Standing,
)

Place = Callable[[str], Any]  # from a version to something that sorts as the tool sorts


def compare(
    records: Sequence[Record],
    migrations: Sequence[Migration],
    *,
    place: Optional[Place] = None,
    same: Callable[[str], str] = str,
) -> list[Standing]:
    """Standings in the order of ``place``, those without a version last; without ``place`` in the release's order, and
    then what the database alone knows. ``same`` brings names that are one to the tool to one form."""
    last = {same(record.name): record for record in records if record.state != SUPERSEDED}
    in_release = {same(migration.name) for migration in migrations}
    unknown = [record for name, record in last.items() if name not in in_release]
    standings = [_of_release(migration, last.get(same(migration.name)), records, place) for migration in migrations]
    if place is None:
        # One that runs again moves to the end of some histories, so it says nothing of what is newer.
        known = [
            index for index, (name, record) in enumerate(last.items()) if name in in_release and not record.repeatable
        ]
        newest = max(known, default=len(last) if migrations else -1)
        after = {name for index, name in enumerate(last) if index > newest}
        return standings + [_of_database(record, same(record.name) in after) for record in unknown]
    top = _newest([migration.version for migration in migrations], place)
    for record in unknown:
        standings.append(_of_database(record, _is_above(record.version, top, place)))
    return sorted(standings, key=lambda standing: _order(standing, place))


def _of_release(
    migration: Migration, record: Optional[Record], records: Sequence[Record], place: Optional[Place]
) -> Standing:
    if record is None or record.state == UNDONE:
        state, detail = _not_applied(migration, records, place)
        detail = detail or (record.detail if record else "")
    elif _has_changed(record, migration):
        state = OUTDATED if migration.repeatable else EDITED
        detail = f"the database has checksum {record.checksum}, the release {' or '.join(migration.checksums)}"
    else:
        state, detail = record.state, record.detail
    phase = migration.phase or (record.phase if record else None)
    return Standing(migration.name, state, migration.version, phase, migration.repeatable, detail)


def _of_database(record: Record, newer: bool) -> Standing:
    """What is known to the database alone. A failure or an undo stays what it is; who is missing then is said beside it."""
    if record.state in (APPLIED, SKIPPED):
        state, detail = AHEAD if newer else MISSING, record.detail
    else:
        state, detail = record.state, record.detail
        if state != BASELINE:
            detail = f"{detail}; the release does not have it".lstrip("; ")
    return Standing(record.name, state, record.version, record.phase, record.repeatable, detail)


def _not_applied(migration: Migration, records: Sequence[Record], place: Optional[Place]) -> tuple[str, str]:
    if place is None or migration.version is None:
        return PENDING, ""
    baseline = _newest([record.version for record in records if record.state == BASELINE], place)
    if baseline is not None and place(migration.version) <= place(baseline):
        return IGNORED, f"not above the baseline {baseline}"
    newest = _newest([record.version for record in records if record.state in (APPLIED, SKIPPED)], place)
    if newest is not None and place(migration.version) < place(newest):
        return OUT_OF_ORDER, f"below {newest}, which is applied"
    return PENDING, ""


def _has_changed(record: Record, migration: Migration) -> bool:
    """Only where both sides have a checksum; no checksum is no change that could be seen."""
    settled = record.state in (APPLIED, SKIPPED)
    return (
        settled
        and record.checksum is not None
        and bool(migration.checksums)
        and record.checksum not in migration.checksums
    )


def _newest(versions: Sequence[Optional[str]], place: Place) -> Optional[str]:
    return max((version for version in versions if version is not None), key=place, default=None)


def _is_above(version: Optional[str], top: Optional[str], place: Place) -> bool:
    """Without a version (a repeatable one) nothing can be said to be newer."""
    return version is not None and (top is None or place(version) > place(top))


def _order(standing: Standing, place: Place) -> tuple[bool, Any]:
    return (True, 0) if standing.version is None else (False, place(standing.version))
