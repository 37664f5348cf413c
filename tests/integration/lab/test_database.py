# SPDX-License-Identifier: GPL-3.0-or-later
"""The PostgreSQL behind a lab's pool: who may do what in it, that it ends in order, and that it ends with its lab.

On a bridge of the test's own that no machine is plugged into. Needs root and the tree of `tests/lab/lab base postgresql`.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import tree_or_skip
from ansible_collections.hybrid.rollout.tests.integration.lab._small_lab import SmallLab, lab_of
from ansible_collections.hybrid.rollout.tests.lab.database.postgresql import OWNER, READER, ROLES, SERVICE, Server
from ansible_collections.hybrid.rollout.tests.lab.machines import census, program
from ansible_collections.hybrid.rollout.tests.lab.machines.records import Records

pytestmark = pytest.mark.lab

BRIDGE_ALONE = """\
all:
  vars:
    lab_bridge: {bridge}
    lab_controller_address: {network}.1/24
"""
SAYINGS = "CREATE TABLE sayings (id text PRIMARY KEY, said_by text)"
WRITE = "INSERT INTO sayings (id, said_by) VALUES ('a', 'me') ON CONFLICT (id) DO UPDATE SET said_by = 'me'"


@pytest.fixture
def lab() -> Iterator[SmallLab]:
    tree_or_skip("postgresql")
    with lab_of(BRIDGE_ALONE) as small:
        small.do("up")
        yield small


@pytest.fixture
def server(lab: SmallLab) -> Server:
    """Up, and recorded as the command `tests/lab/database/server` records it. The lab's own end is its end."""
    folder = lab.state / "run/database"
    Records(lab.state / "run/records").write("program", str(folder))
    made = Server(folder, IPv4Interface(f"{lab.network}.1/24"))
    made.up()
    return made


def execute(server: Server, role: str, statement: str) -> None:
    with psycopg.connect(server.url(role), autocommit=True) as connection:
        connection.execute(statement.encode())


def read(server: Server, role: str) -> list[tuple[str, str]]:
    with psycopg.connect(server.url(role)) as connection:
        return connection.execute("SELECT id, said_by FROM sayings").fetchall()


def test_the_service_writes_rows_in_a_table_of_its_owner_and_the_reader_only_reads(server: Server) -> None:
    execute(server, OWNER, SAYINGS)
    execute(server, SERVICE, WRITE)
    assert [read(server, role) for role in ROLES] == [[("a", "me")]] * 3
    for role, statement in (
        (READER, WRITE),
        (READER, "UPDATE sayings SET said_by = 'x'"),
        (SERVICE, "DELETE FROM sayings"),
        (SERVICE, "ALTER TABLE sayings ADD COLUMN author text"),
        (SERVICE, "CREATE TABLE other (id text)"),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(server, role, statement)


def test_nobody_comes_in_without_the_password_and_only_root_can_look_it_up(server: Server) -> None:
    for role in ROLES:
        password = str(urlsplit(server.url(role)).password)
        wrong = server.url(role).replace(password, "guessed")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        file = server.folder / f"{role}.url"
        assert (file.stat().st_mode & 0o777, file.stat().st_uid) == (0o600, 0)
    assert len({urlsplit(server.url(role)).password for role in ROLES}) == len(ROLES)


def test_it_listens_on_the_bridge_alone_and_is_not_roots(server: Server, lab: SmallLab) -> None:
    elsewhere = server.url(READER).replace(f"{lab.network}.1", "127.0.0.1")
    with pytest.raises(psycopg.OperationalError, match="refused|failed"):
        psycopg.connect(elsewhere, connect_timeout=5)
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in census.pids() if is_postgres(pid, lab)}
    assert owners == {65534}


def is_postgres(pid: int, lab: SmallLab) -> bool:
    command = census.command(pid)
    return command[0].endswith("/postgres") and f"-h{lab.network}.1" in command


def test_a_second_up_changes_nothing_and_one_after_its_end_finds_the_rows(server: Server) -> None:
    execute(server, OWNER, SAYINGS)
    execute(server, SERVICE, WRITE)
    with psycopg.connect(server.url(READER)) as still_there:
        server.up()
        assert still_there.execute("SELECT 1").fetchone() == (1,)
    program.end(server.folder)
    assert "database system is shut down" in (server.folder / "log").read_text()
    assert not server.answers()
    server.up()
    assert read(server, READER) == [("a", "me")]


def test_down_leaves_neither_rows_nor_passwords(server: Server, lab: SmallLab) -> None:
    execute(server, OWNER, SAYINGS)
    before = server.url(READER)
    server.down()
    assert not server.folder.exists()
    server.down()
    server.up()
    assert server.url(READER) != before
    with pytest.raises(psycopg.errors.UndefinedTable):
        read(server, READER)


def test_the_lab_lists_it_and_takes_it_down_with_itself(server: Server, lab: SmallLab) -> None:
    status, said = lab.ask("leftovers")
    assert (status, str(server.folder) in said) == (1, True)
    lab.do("down")
    assert lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")
    assert not [pid for pid in census.pids() if is_postgres(pid, lab)]
