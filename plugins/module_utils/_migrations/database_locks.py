# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks of the server itself, looked at and never asked for. They end with their holder's connection. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading

NOT_SEEN_FROM_HERE = Lock(held=None)
FREE = Lock(held=False)

ADVISORY = """
    SELECT locks.pid AS session, holder.usename AS account, holder.application_name AS program, host(holder.client_addr) AS host
    FROM pg_locks AS locks
    JOIN pg_database AS here ON here.oid = locks.database AND here.datname = current_database()
    LEFT JOIN pg_stat_activity AS holder ON holder.pid = locks.pid
    WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
      AND locks.classid::bigint = ? AND locks.objid::bigint = ?
"""
NAMED_HOLDER = "SELECT user AS account, host FROM information_schema.processlist WHERE id = ?"
APPLICATION_HOLDER = """
    SELECT holder.session_id AS session, holder.login_name AS account, holder.program_name AS program, holder.host_name AS host
    FROM sys.dm_tran_locks AS locks
    JOIN sys.dm_exec_sessions AS holder ON holder.session_id = locks.request_session_id
    WHERE locks.resource_type = 'APPLICATION' AND locks.request_status = 'GRANT'
      AND locks.resource_database_id = DB_ID() AND CHARINDEX(?, locks.resource_description) > 0
"""
SHOWN_OF_A_NAME = 32  # SQL Server shows so many characters of a resource, and a hash of the rest


def advisory_lock(session: Reading, key: int) -> Lock:
    """PostgreSQL's lock with one key of 64 bits, signed or not."""
    if session.kind != "postgresql":
        return NOT_SEEN_FROM_HERE
    held = session.read(ADVISORY, (key >> 32 & 0xFFFFFFFF, key & 0xFFFFFFFF))
    return Lock(held=True, holder=_words(held[0])) if held else FREE


def named_lock(session: Reading, name: str) -> Lock:
    """GET_LOCK of MariaDB and MySQL. Such a name is one for all databases of the server."""
    if session.kind != "mysql":
        return NOT_SEEN_FROM_HERE
    number = session.read("SELECT IS_USED_LOCK(?) AS session", (name,))[0]["session"]
    if number is None:
        return FREE
    # Without the privilege PROCESS, the list has one's own connections only.
    holder = next(iter(session.read(NAMED_HOLDER, (number,))), {})
    return Lock(held=True, holder=_words({"session": number, **holder}))


def application_lock(session: Reading, name: str) -> Lock:
    """sp_getapplock of SQL Server. Anybody may ask whether it is free; who holds it needs VIEW SERVER STATE."""
    if session.kind != "mssql":
        return NOT_SEEN_FROM_HERE
    if session.read("SELECT APPLOCK_TEST('public', ?, 'Exclusive', 'Session') AS free", (name,))[0]["free"] == 1:
        return FREE
    try:
        holder = session.read(APPLICATION_HOLDER, (f"[{name[:SHOWN_OF_A_NAME]}]",))
    except DatabaseFailed:
        holder = []
    return Lock(held=True, holder=_words(holder[0]) if holder else "")


def lock_of_any(*locks: Lock) -> Lock:
    """One lock for a tool that may use several: held if one of them is, free only if all of them can be seen and are."""
    for lock in locks:
        if lock.held:
            return lock
    return FREE if all(lock.held is False for lock in locks) else NOT_SEEN_FROM_HERE


def _words(holder: Mapping[str, Any]) -> str:
    parts = [("session", "session"), ("account", "account"), ("program", "program"), ("from", "host")]
    return ", ".join(f"{word} {holder[column]}" for word, column in parts if holder.get(column))
