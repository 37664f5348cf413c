# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's service keeps rows while its table changes: the same stories of the edition for Linux and of that in .NET.

Needs root and the trees of `tests/lab/lab base postgresql mono`.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab_database._table import Table
from ansible_collections.hybrid.rollout.tests.integration.lab_database.conftest import EDITIONS, Start
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS, Edition, wait_until

AUTHOR = "ALTER TABLE sayings ADD COLUMN author text"
EVERY_AUTHOR = "UPDATE sayings SET author = said_by WHERE author IS NULL"
NO_SAID_BY = "ALTER TABLE sayings DROP COLUMN said_by"


def ask(service: Edition, method: str, path: str, body: Optional[bytes] = None) -> tuple[int, bytes]:
    connection = service.connect()
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def keep(service: Edition, name: str, text: str) -> tuple[int, bytes]:
    return ask(service, "PUT", f"/sayings/{name}", text.encode())


def read(service: Edition, name: str) -> tuple[int, bytes]:
    return ask(service, "GET", f"/sayings/{name}")


def kept_connection(service: Edition) -> socket.socket:
    """Of a customer who has been answered and may ask again."""
    connection = service.connect()
    connection.request("GET", "/")
    connection.getresponse().read()
    return connection.sock


def test_what_is_acknowledged_is_there_and_comes_back_to_the_letter(start: Start, table: Table) -> None:
    service = start("1.0")
    texts = {
        "a": "Dijkstra",
        "b": "Édsger; it\u2019s \u65e5\u672c",
        "c": "'; DROP TABLE sayings; --",
        "d": '\\ "?" %s',
        "e": "x" * 1000,
    }
    for name, text in texts.items():
        assert keep(service, name, text) == (200, b"kept\n")
    assert dict(table.rows("id, said_by")) == texts
    assert {name: read(service, name) for name in texts} == {name: (200, text.encode()) for name, text in texts.items()}
    assert keep(service, "a", "somebody else") == (200, b"kept\n")
    assert read(service, "a") == (200, b"somebody else")
    assert read(service, "nobody")[0] == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sayings/", b"x"),
        ("/sayings/a_b", b"x"),
        ("/sayings/a%20b", b"x"),
        (f"/sayings/{'a' * 65}", b"x"),
        ("/sayings/a", b"x" * 1001),
        ("/sayings/a", b"\xff"),
        ("/sayings/a", b"x\0y"),
    ],
    ids=["no name", "another character", "an escape", "a long name", "a long text", "no text", "a zero"],
)
def test_what_is_no_row_is_refused(start: Start, table: Table, path: str, body: bytes) -> None:
    assert ask(start("1.0"), "PUT", path, body)[0] == 400
    assert table.rows("id") == []


@pytest.mark.parametrize("head", ["content-length: 1001\r\n", ""], ids=["too long", "none"])
def test_a_body_that_is_not_read_is_answered_as_everything_else_and_ends_the_connection(
    start: Start, table: Table, head: str
) -> None:
    service = start("1.0")
    said = put_without_a_body(service, head)
    assert said.startswith("HTTP/1.1 400 ")
    for line in ("x-quotes-version: 1.0", f"x-quotes-member: {service.name}", "connection: close"):
        assert f"\r\n{line}\r\n" in said
    assert table.rows("id") == []


def put_without_a_body(service: Edition, head: str) -> str:
    with socket.create_connection(("127.0.0.1", service.port), PATIENCE_SECONDS) as client:
        client.sendall(f"PUT /sayings/a HTTP/1.1\r\nhost: quotes\r\n{head}\r\n".encode())
        return "".join(iter(lambda: client.recv(4096).decode(), ""))


def test_one_connection_carries_rows_and_quotes_in_turn(start: Start) -> None:
    service = start("1.0")
    connection = service.connect()
    try:
        for number in range(3):
            for method, path, body in (
                ("PUT", f"/sayings/{number}", b"me"),
                ("GET", "/", None),
                ("GET", f"/sayings/{number}", None),
            ):
                connection.request(method, path, body)
                assert connection.getresponse().read()
        assert connection.sock is not None  # the first one still
    finally:
        connection.close()


def test_every_release_reads_what_its_neighbour_wrote(start: Start, table: Table) -> None:
    first = start("1.0")
    keep(first, "by-1-0", "old")
    table.change(AUTHOR)
    second = start("1.1")
    keep(second, "by-1-1", "both")
    keep(first, "by-1-0-later", "old still")
    assert table.rows("id, said_by, author") == [
        ("by-1-0", "old", None),
        ("by-1-0-later", "old still", None),
        ("by-1-1", "both", "both"),
    ]
    assert [read(service, "by-1-1")[1] for service in (first, second)] == [b"both", b"both"]
    assert read(second, "by-1-0-later") == (200, b"old still")
    table.change(EVERY_AUTHOR)
    third = start("1.3")
    keep(third, "by-1-3", "new")
    assert read(second, "by-1-3") == (200, b"new")
    table.change(NO_SAID_BY)
    assert [read(third, name)[1] for name in ("by-1-0", "by-1-1", "by-1-3")] == [b"old", b"both", b"new"]
    assert keep(third, "afterwards", "new") == (200, b"kept\n")
    assert keep(second, "by-1-1", "too late")[0] == 500  # which is why the contract waits for it


def test_a_connection_that_is_lost_is_nobodys_error(start: Start, table: Table) -> None:
    service = start("1.0")
    for number in range(3):
        assert keep(service, f"a{number}", "before") == (200, b"kept\n")
        table.end_sessions()
        assert read(service, f"a{number}") == (200, b"before")


def test_a_connection_that_is_lost_in_the_middle_of_a_statement_is_nobodys_error_either(
    start: Start, table: Table
) -> None:
    service = start("1.0")
    with ThreadPoolExecutor() as customers:
        with table.locked():
            waiting = customers.submit(keep, service, "a", "in the end")
            wait_until(table.somebody_waits)
            table.end_who_waits()
            wait_until(lambda: not table.somebody_waits() or waiting.done())
        assert waiting.result(PATIENCE_SECONDS) == (200, b"kept\n")


def test_a_table_that_is_locked_delays_a_row_and_nothing_else(start: Start, table: Table) -> None:
    service = start("1.0")
    keep(service, "a", "before")
    with ThreadPoolExecutor() as customers:
        with table.locked():
            waiting = [customers.submit(keep, service, "b", "waits"), customers.submit(read, service, "a")]
            wait_until(table.somebody_waits)
            assert service.health()[0] == 200
            assert ask(service, "GET", "/")[0] == 200
            assert not any(each.done() for each in waiting)
        assert [each.result(PATIENCE_SECONDS) for each in waiting] == [(200, b"kept\n"), (200, b"before")]


def test_nobody_waits_for_ever(start: Start, table: Table) -> None:
    service = start("1.0")
    with table.locked():
        assert read(service, "a") == (503, b"the database does not answer\n")
    assert read(service, "a")[0] == 404


def test_a_row_that_is_being_written_when_the_service_stops_is_written(start: Start, table: Table) -> None:
    service = start("1.0")
    with ThreadPoolExecutor() as customers, closing(kept_connection(service)) as idle:
        with table.locked():
            waiting = customers.submit(keep, service, "a", "in the end")
            wait_until(table.somebody_waits)
            service.tell_to_stop()
            wait_until(lambda: not service.listens())
            assert idle.recv(1) == b""  # who asks for nothing has been sent away
        assert waiting.result(PATIENCE_SECONDS) == (200, b"kept\n")
    assert service.process.wait(PATIENCE_SECONDS) == 0
    assert table.rows("id, said_by") == [("a", "in the end")]


def test_many_customers_write_at_the_same_time(start: Start, table: Table) -> None:
    service = start("1.0")
    together = threading.Barrier(30)

    def one(number: int) -> tuple[int, bytes]:
        together.wait(PATIENCE_SECONDS)
        return keep(service, f"n{number}", f"customer {number}")

    with ThreadPoolExecutor(30) as customers:
        assert set(customers.map(one, range(30))) == {(200, b"kept\n")}
    assert len(table.rows("id")) == 30


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_a_database_there_are_quotes_and_no_rows(edition: str, tmp_path: Path) -> None:
    with EDITIONS[edition](Release("1.0", 0.0), tmp_path) as service:
        service.wait_until_ready()
        assert keep(service, "a", "me") == (503, b"no database\n")
        assert ask(service, "GET", "/")[0] == 200


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_broken_release_is_broken_for_rows_too(edition: str, table: Table, tmp_path: Path) -> None:
    with EDITIONS[edition](Release("1.6", 0.0, "errors_for_customers"), tmp_path, database=table.address) as service:
        service.wait_until_ready()
        assert keep(service, "a", "me")[0] == 500
        assert put_without_a_body(service, "").startswith("HTTP/1.1 500 ")
    assert table.rows("id") == []
