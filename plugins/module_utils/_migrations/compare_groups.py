# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison for tools whose names are a group's and then a migration's: Django's apps, Sqitch's projects. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration, Record, Standing


def compare_groups(
    records: Sequence[Record], migrations: Sequence[Migration], separator: str, elsewhere: str
) -> list[Standing]:
    """Each group by itself, in the release's order. Of a group that the release has nothing of, it cannot be said to be ahead."""

    def group(name: str) -> str:
        return name.partition(separator)[0]

    groups = dict.fromkeys(group(migration.name) for migration in migrations)
    found: dict[str, Standing] = {}
    for one in groups:
        standings = compare(
            [record for record in records if group(record.name) == one],
            [migration for migration in migrations if group(migration.name) == one],
        )
        found.update({standing.name: standing for standing in standings})
    ordered = [found.pop(migration.name) for migration in migrations]
    strangers = [record for record in records if group(record.name) not in groups]
    return [
        *ordered,
        *found.values(),
        *(Standing(record.name, record.state, record.version, record.phase, detail=elsewhere) for record in strangers),
    ]
