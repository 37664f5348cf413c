# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock that Flyway holds while it migrates; its name follows from the name of the table. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    application_lock,
    named_lock,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading

OURS = int.from_bytes(b"Flyway", "big")


def lock_of(session: Reading, table: Table) -> Lock:
    if session.kind == "postgresql":
        return advisory_lock(session, OURS + _hash(_quoted('"', '"', table.schema, table.name)))
    if session.kind == "mssql":
        name = _quoted("[", "]", session.database, table.schema, table.name)
        return application_lock(session, f"Flyway-{_hash(name)}")
    if session.kind == "mysql":
        lock = named_lock(session, f"Flyway-{_hash(_quoted('`', '`', table.schema, table.name))}")
        # On a Galera cluster, Flyway locks rows instead, and nobody can see whether it does.
        return lock if lock.held or not _replicates_writes(session) else NOT_SEEN_FROM_HERE
    return NOT_SEEN_FROM_HERE


def _quoted(begin: str, end: str, *names: str) -> str:
    """As Flyway writes a name, which is not to be sent: the lock's name is a number made of this text."""
    return ".".join(f"{begin}{name.replace(end, end * 2)}{end}" for name in names)


def _hash(text: str) -> int:
    """Java's hash of a text: a signed number of 32 bits."""
    number = 0
    units = text.encode("utf-16-be")
    for index in range(0, len(units), 2):
        number = (number * 31 + int.from_bytes(units[index : index + 2], "big")) & 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number


def _replicates_writes(session: Reading) -> bool:
    rows = session.read("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")
    return any(str(row["value"]).upper() in ("ON", "1") for row in rows)
