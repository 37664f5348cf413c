# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a database that is only read: the options, and what they mean. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.address import is_loopback
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

POSTGRESQL, MYSQL, SQLITE, MSSQL, ORACLE = ENGINES = ("postgresql", "mysql", "sqlite", "mssql", "oracle")
DISABLE, PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL = TLS = ("disable", "prefer", "require", "verify-ca", "verify-full")
LOCALHOST = "localhost"
HAVE_SOCKETS = (POSTGRESQL, MYSQL)

LOGIN_SPEC: dict[str, Any] = {
    "engine": {"type": "str", "choices": list(ENGINES), "required": True},
    "login_host": {"type": "str"},
    "login_port": {"type": "int"},
    "login_unix_socket": {"type": "str"},
    "login_user": {"type": "str"},
    "login_password": {"type": "str", "no_log": True},
    "login_db": {"type": "str", "required": True},
    "ssl_mode": {"type": "str", "choices": list(TLS)},
    "ca_cert": {"type": "path"},
    "client_cert": {"type": "path", "aliases": ["ssl_cert"]},
    "client_key": {"type": "path", "aliases": ["ssl_key"]},
    "timeout_seconds": {"type": "int", "default": 5},
}
OF_A_SERVER = tuple(name for name in LOGIN_SPEC if name not in ("engine", "login_db", "timeout_seconds"))


@dataclass(frozen=True)
class Login:
    engine: str
    database: str  # SQLite: the file
    host: Optional[str] = None
    port: Optional[int] = None
    socket: Optional[str] = None
    user: Optional[str] = None
    password: Optional[str] = field(default=None, repr=False)
    tls: Optional[str] = None  # None: verified, unless nobody else's wire lies between
    ca_cert: Optional[str] = None
    client_cert: Optional[str] = None
    client_key: Optional[str] = None
    timeout_seconds: int = 5
    schemas: tuple[str, ...] = ()  # where a server has all databases of all applications: look there too

    @property
    def address(self) -> str:
        """What errors and results call it."""
        if self.engine == SQLITE:
            return self.database
        where = self.socket or self.host or LOCALHOST
        return f"{self.engine} at {where}{f':{self.port}' if self.port else ''}, database {self.database}"

    @property
    def tls_or_default(self) -> str:
        """For drivers that find nothing out by themselves."""
        if self.tls:
            return self.tls
        return PREFER if self.socket or is_loopback(self.host or LOCALHOST) else VERIFY_FULL

    def failed(self, error: Exception, said: str = "cannot be read", locked: bool = False) -> DatabaseFailed:
        """The driver's error in its own words, without the password if a driver should repeat it."""
        words = str(error)
        if self.password:
            words = words.replace(self.password, "********")
        kind = Locked if locked else DatabaseFailed
        return kind(self.address, RuntimeError(words or type(error).__name__), said)


def login_from(params: Mapping[str, Any]) -> Login:
    """The options as a login; BadInput says which one cannot be meant and why."""
    engine = params["engine"]
    if params["timeout_seconds"] < 1:
        raise BadInput(f"timeout_seconds is {params['timeout_seconds']}; it has to be 1 or more.")
    if engine == SQLITE:
        for option in OF_A_SERVER:
            if params[option] is not None:
                raise BadInput(
                    f"{option} is for a server, and engine is sqlite: login_db is its file, and that is all."
                )
    if params["login_unix_socket"] and (params["login_host"] or engine not in HAVE_SOCKETS):
        raise BadInput("login_unix_socket is for postgresql and mysql, and instead of login_host: leave one out.")
    if bool(params["client_cert"]) != bool(params["client_key"]):
        raise BadInput("client_cert and client_key belong together: give both or neither.")
    return Login(
        engine=engine,
        database=params["login_db"],
        host=params["login_host"] or default_host(params),
        port=params["login_port"],
        socket=params["login_unix_socket"],
        user=params["login_user"],
        password=params["login_password"],
        tls=params["ssl_mode"],
        ca_cert=params["ca_cert"],
        client_cert=params["client_cert"],
        client_key=params["client_key"],
        timeout_seconds=params["timeout_seconds"],
    )


def default_host(params: Mapping[str, Any]) -> Optional[str]:
    """PostgreSQL's library finds its own: a socket, or what its variables say."""
    return None if params["engine"] in (POSTGRESQL, SQLITE) or params["login_unix_socket"] else LOCALHOST
