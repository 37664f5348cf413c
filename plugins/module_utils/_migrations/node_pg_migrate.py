# SPDX-License-Identifier: GPL-3.0-or-later
"""node-pg-migrate: file names without their endings, in the order of the time before them. Private to hybrid.rollout."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import advisory_lock
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading, Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import (
    NamesInATable,
    by_number,
)

LOCK = 7241865325823964
NUMBER = re.compile("[0-9]*")


class NodePgMigrate(NamesInATable):
    tool = "node_pg_migrate"
    title = "node-pg-migrate"
    columns = frozenset({"id", "name", "run_on"})
    key = "name"
    at = "run_on"
    file_name = re.compile(r"(?P<key>[^.].*)\.(?:js|cjs|mjs|ts|cts|mts|sql)")
    example = "1706702400000_create-users.js"

    def lock(self, session: Reading, store: Store) -> Lock:
        return advisory_lock(session, LOCK)

    def place(self, name: str) -> tuple[tuple[bool, int, str], str]:
        found = NUMBER.match(name)
        return by_number(_milliseconds(found.group() if found else "")), name


def _milliseconds(number: str) -> str:
    """A date and time in 17 digits as the 13 digits of the other form; anything else as it is."""
    if len(number) != 17:
        return number
    try:
        seconds = datetime.strptime(number[:14], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return number
    return f"{seconds:.0f}{number[14:]}"
