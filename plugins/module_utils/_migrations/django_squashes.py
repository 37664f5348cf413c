# SPDX-License-Identifier: GPL-3.0-or-later
"""Django's squashed migrations, and those that they were squashed from. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import APPLIED, Migration, Record

STAND_IN = "by those that it was squashed from"


def with_squashed(records: Sequence[Record], migrations: Sequence[Migration]) -> list[Record]:
    """All that a squashed one replaces stand for it, and are no strangers when their files are gone."""
    names = {record.name for record in records}
    done = [one for one in migrations if one.replaces and (one.name in names or set(one.replaces) <= names)]
    gone = {name for one in done for name in one.replaces} - {migration.name for migration in migrations}
    stand_ins = [Record(one.name, APPLIED, one.version, detail=STAND_IN) for one in done if one.name not in names]
    return [*stand_ins, *(record for record in records if record.name not in gone)]


def never_to_run(records: Sequence[Record], migrations: Sequence[Migration]) -> dict[str, str]:
    """Either the squashed one runs or those that it replaces, and why."""
    names = {record.name for record in records}
    idle: dict[str, str] = {}
    for one in migrations:
        if not one.replaces or one.name in names:
            continue
        if names.isdisjoint(one.replaces):
            idle.update(dict.fromkeys(one.replaces, f"{one.name}, which it was squashed into, runs in its place"))
        else:
            idle[one.name] = (
                "some of those that it was squashed from are applied, so Django runs the rest of them instead"
            )
    return idle
