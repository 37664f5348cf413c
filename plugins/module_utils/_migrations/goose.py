# SPDX-License-Identifier: GPL-3.0-or-later
"""goose: rows that say applied or not, the newest of a number counts. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    lock_of_any,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    UNDONE,
    Lock,
    Reading,
    Record,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import (
    NamesInATable,
    by_number,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import as_role, beside

SEED = "0"  # the row that goose makes with its table
LOCK = 4097083626
LEASE = frozenset({"lock_id", "locked", "locked_at", "locked_by", "lease_expires_at"})


class Goose(NamesInATable):
    tool = "goose"
    title = "goose"
    columns = frozenset({"id", "version_id", "is_applied", "tstamp"})
    key = "version_id"
    file_name = re.compile(r"(?P<key>[0-9]+)_(?P<description>.*)(?<!_test)\.(?:sql|go)")
    example = "20240131120000_create_users.sql"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [
            Store(
                self.tool,
                store.table,
                as_role("lock", [other for other in beside(store.table, tables) if other.has(*LEASE)]),
            )
            for store in super().find(tables)
        ]

    def records(self, session: Reading, store: Store) -> list[Record]:
        found = sorted(rows_of(session, store.table, *self.columns), key=lambda row: int(row["id"]))
        newest = {str(row["version_id"]): row for row in found}
        return [
            Record(name, APPLIED if row["is_applied"] else UNDONE, version=name, at=text_or_none(row["tstamp"]))
            for name, row in newest.items()
            if name != SEED
        ]

    def lock(self, session: Reading, store: Store) -> Lock:
        """A lock is an option of goose: that none is held says nothing."""
        leases = [_lease(session, store.others["lock"])] if "lock" in store.others else []
        return lock_of_any(advisory_lock(session, LOCK), *leases, NOT_SEEN_FROM_HERE)

    def name(self, key: str) -> str:
        return str(int(key))

    place = staticmethod(by_number)


def _lease(session: Reading, table: Table) -> Lock:
    for row in rows_of(session, table, *sorted(LEASE)):
        if row["locked"]:
            holder = f"{row['locked_by']}, whose lease ends at {row['lease_expires_at']}"
            return Lock(held=True, holder=holder, since=text_or_none(row["locked_at"]), outlives_holder=True)
    return NOT_SEEN_FROM_HERE
