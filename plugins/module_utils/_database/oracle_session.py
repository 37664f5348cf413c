# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only session with Oracle, through oracledb. Private to hybrid.rollout.

Oracle commits before it changes a table's shape, in a read-only transaction too, so only questions are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import first_driver
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import DISABLE, PREFER, Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.questions import only_a_question
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Connection, Session
from ansible_collections.hybrid.rollout.plugins.module_utils._database.tls import context_of

PORT, PORT_WITH_TLS = 1521, 2484
BUSY = ("ORA-00054", "ORA-04021", "ORA-30006")
COLUMNS = """
    SELECT c.owner AS schema_name, c.table_name AS table_name, c.column_name AS column_name
    FROM all_tab_columns c JOIN all_users u ON u.username = c.owner AND u.oracle_maintained = 'N'
    ORDER BY c.owner, c.table_name, c.column_id
"""


class OracleSession(Session):
    kind = "oracle"

    def connected(self, login: Login) -> Connection:
        driver = first_driver(("oracledb",), "Oracle", "pip install oracledb.")
        self.errors = (driver.Error,)
        given: dict[str, Any] = {"protocol": "tcp", "port": login.port or PORT}
        if login.tls_or_default not in (DISABLE, PREFER):
            context = context_of(login)
            given = {"protocol": "tcps", "port": login.port or PORT_WITH_TLS, "ssl_context": context}
            given["ssl_server_dn_match"] = context.check_hostname
        connection = driver.connect(
            user=login.user,
            password=login.password,
            host=login.host,
            service_name=login.database,
            tcp_connect_timeout=login.timeout_seconds,
            **given,
        )
        connection.call_timeout = 2000 * login.timeout_seconds
        return connection

    def limited(self) -> None:
        super().fetched("SET TRANSACTION READ ONLY", ())

    def own_name(self) -> str:
        return str(self.read("SELECT SYS_CONTEXT('USERENV', 'DB_NAME') AS name FROM dual")[0]["name"])

    def columns(self) -> Iterable[Row]:
        return self.read(COLUMNS)

    def is_locked(self, error: Exception) -> bool:
        return any(code in str(error) for code in BUSY)

    def fetched(self, statement: str, values: Sequence[Any]) -> list[Row]:
        only_a_question(statement)
        return super().fetched(statement, values)

    def marked(self, statement: str) -> str:
        numbers = count(1)
        return "".join(f":{next(numbers)}" if letter == "?" else letter for letter in statement)
