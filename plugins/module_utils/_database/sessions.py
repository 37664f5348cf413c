# SPDX-License-Identifier: GPL-3.0-or-later
"""Read-only sessions by engine. Private to hybrid.rollout. A new engine is a file beside this one and a line in the table."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import (
    MSSQL,
    MYSQL,
    ORACLE,
    POSTGRESQL,
    SQLITE,
    Login,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._database.mssql_session import MSSQLSession
from ansible_collections.hybrid.rollout.plugins.module_utils._database.mysql_session import MySQLSession
from ansible_collections.hybrid.rollout.plugins.module_utils._database.oracle_session import OracleSession
from ansible_collections.hybrid.rollout.plugins.module_utils._database.postgresql_session import PostgreSQLSession
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Session
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sqlite_session import SQLiteSession

SESSIONS: dict[str, type[Session]] = {
    POSTGRESQL: PostgreSQLSession,
    MYSQL: MySQLSession,
    SQLITE: SQLiteSession,
    MSSQL: MSSQLSession,
    ORACLE: OracleSession,
}


def open_session(login: Login) -> Session:
    """A session that ends with its ``with`` block."""
    return SESSIONS[login.engine](login)
