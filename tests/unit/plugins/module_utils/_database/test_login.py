# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import LOGIN_SPEC, Login, login_from
from ansible_collections.hybrid.rollout.plugins.module_utils._database.postgresql_session import parameters
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def login(**given: object) -> Login:
    options: dict[str, Any] = {name: option.get("default") for name, option in LOGIN_SPEC.items()}
    return login_from({**options, "engine": "postgresql", "login_db": "quotes", **given})


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "mssql", "oracle"])
@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({"login_host": "db1.example.net"}, "verify-full"),
        ({"login_host": "10.77.0.9"}, "verify-full"),
        ({"login_host": "localhost.example.net"}, "verify-full"),
        ({"login_host": "db1.example.net", "ssl_mode": "require"}, "require"),
        ({"login_host": "127.0.0.1"}, None),
        ({"login_host": "::1"}, None),
        ({"login_host": "localhost"}, None),
        ({"login_host": "localhost", "ssl_mode": "verify-ca"}, "verify-ca"),
    ],
)
def test_certificates_are_verified_on_every_wire_that_leaves_the_host(
    monkeypatch: pytest.MonkeyPatch, engine: str, given: dict[str, Any], mode: str | None
) -> None:
    monkeypatch.delenv("PGHOST", raising=False)
    found = login(engine=engine, **given)
    assert found.tls_or_default == (mode or "prefer")
    assert parameters(found).get("sslmode") == mode


def test_what_only_the_environment_says_of_postgresql_is_verified_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sslmode" not in parameters(login())
    assert "sslmode" not in parameters(login(login_unix_socket="/run/postgresql"))
    monkeypatch.setenv("PGHOST", "db1.example.net")
    assert parameters(login())["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"timeout_seconds": 0}, "timeout_seconds is 0"),
        ({"engine": "sqlite", "login_password": "x"}, "login_password is for a server"),
        ({"engine": "mssql", "login_unix_socket": "/run/x"}, "instead of login_host"),
        ({"login_host": "db1", "login_unix_socket": "/run/x"}, "instead of login_host"),
        ({"client_cert": "/etc/me.pem"}, "give both or neither"),
    ],
)
def test_options_that_contradict_each_other_are_told(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        login(**given)


def test_a_password_is_in_nothing_that_is_shown_even_where_a_driver_repeats_it() -> None:
    found = login(login_host="db1.example.net", login_port=5433, login_user="reader", login_password="hunter2hunter2")
    error = found.failed(RuntimeError("could not log in with 'hunter2hunter2'"), "cannot be reached")
    assert str(error) == (
        "postgresql at db1.example.net:5433, database quotes cannot be reached: could not log in with '********'"
    )
    assert "hunter2" not in f"{found!r} {found.address} {error.failure()}"
