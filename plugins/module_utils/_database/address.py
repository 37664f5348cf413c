# SPDX-License-Identifier: GPL-3.0-or-later
"""What an address of a database says, with TLS that is verified unless a weaker one is written. Private to hybrid.rollout."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import parse_qsl, unquote, urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql"}
PARAMETERS = (
    *("application_name", "channel_binding", "connect_timeout", "gssencmode", "host", "krbsrvname", "passfile"),
    *("service", "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert", "target_session_attrs"),
)
WHERE_ELSE = (
    "It would be written to logs and records. Take it out, and put it where PostgreSQL's own programs read it: a password file (PGPASSFILE, "
    "~/.pgpass), PGPASSWORD, or a service file (?service=NAME)."
)


def scheme_of(address: str) -> str:
    scheme, separator, _rest = address.partition("://")
    if not separator:
        return "sqlite"
    if scheme not in SCHEMES:
        raise BadInput(
            f"A database can be a path (SQLite) or postgresql://user@host:port/name, not {scheme}://: check rollout_ledger."
        )
    return SCHEMES[scheme]


def postgresql_parameters(address: str) -> dict[str, str]:
    """The connection's parameters by libpq's names."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise BadInput(f"The address of a PostgreSQL database cannot be read: {error}.") from error
    asked = dict(parse_qsl(url.query, keep_blank_values=True))
    if url.password is not None or {"password", "sslpassword"} & set(asked):
        raise BadInput(
            f"The address of the PostgreSQL database at {url.hostname or 'the local socket'} holds a password. {WHERE_ELSE}"
        )
    for name in asked:
        if name not in PARAMETERS:
            raise BadInput(
                f"The address of a PostgreSQL database has no parameter {name}; it has {', '.join(PARAMETERS)}."
            )
    found = {
        "user": unquote(url.username or ""),
        "host": unquote(url.hostname or ""),
        "port": str(port or ""),
        "dbname": unquote(url.path.lstrip("/")),
    }
    parameters = {"connect_timeout": "10", **{name: value for name, value in found.items() if value}, **asked}
    if not is_local(parameters):
        parameters.setdefault("sslmode", "verify-full")
    return parameters


def is_local(parameters: dict[str, str]) -> bool:
    """Whether nobody else's wire lies between: a Unix socket or loopback. What a service or the environment names may be anywhere."""
    host = parameters.get("host", "")
    if "service" in parameters or {"PGHOSTADDR", "PGSERVICE"} & set(os.environ):
        return False
    if not host:
        return "PGHOST" not in os.environ
    return host.startswith(("/", "@")) or is_loopback(host)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
