# SPDX-License-Identifier: GPL-3.0-or-later
"""A row whose write was acknowledged has to be there with its text, whatever release and whichever member answers."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ansible_collections.hybrid.rollout.tests.lab.witness.rows as rows_module
import pytest
from ansible_collections.hybrid.rollout.tests.lab.witness.customers import KEPT_CONNECTIONS, Customers, Question
from ansible_collections.hybrid.rollout.tests.lab.witness.load import Load
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record, read_records
from ansible_collections.hybrid.rollout.tests.lab.witness.rows import Rows
from ansible_collections.hybrid.rollout.tests.unit.witness import misbehaving_server

PATIENCE_SECONDS = 30.0


class Database:
    """What all members share, and what goes wrong in it."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.written_through: dict[str, str] = {}
        self.read_through: dict[str, set[str]] = {}
        self.refuses_reading = False
        self.hangs_up_after_commit = False

    def lose(self, name: str) -> None:
        del self.rows[name]

    def change(self, name: str) -> None:
        self.rows[name] = b"somebody else said it"


def member_of(database: Database) -> type[BaseHTTPRequestHandler]:
    class Member(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            name = self.path.rpartition("/")[2]
            database.rows[name] = self.rfile.read(int(self.headers["content-length"]))
            database.written_through[name] = self.headers["host"]
            if database.hangs_up_after_commit:
                self.close_connection = True
                self.connection.close()
                return
            self._say(200, b"kept\n")

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            database.read_through.setdefault(name, set()).add(self.headers["host"])
            if database.refuses_reading:
                self._say(503, b"busy\n")
            elif name in database.rows:
                self._say(200, database.rows[name])
            else:
                self._say(200 if name == "" else 404, b"nothing here\n")

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header("x-quotes-version", "1.1")
            self.send_header("x-quotes-member", "app1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    return Member


@contextmanager
def balancer(database: Database) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), member_of(database))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class InMemory(Customers):
    """Customers of a balancer whose members answer at once; it keeps what was asked for, on which connection."""

    def __init__(self, name: str, database: dict[str, bytes], asked: list[tuple[str, str, str, bool]]) -> None:
        super().__init__(f"http://{name}/", PATIENCE_SECONDS)
        self._database, self._asked = database, asked

    async def ask_for(self, question: Question, number: str, started: float, kept: bool) -> tuple[Record, bytes]:
        self._asked.append((question.method, question.path, self.name, kept))
        if question.method == "PUT":
            self._database[question.path] = question.body
        record = Record(number, started, self.name, "", 200, "", 1.0, "1.1", "app1", False)
        return record, self._database[question.path]


class Story:
    """Ten rows through two balancers, then something happens, then every row is read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.records: list[Record] = []

    def told(self, happens: str = "", name: str = "") -> dict[str, Any]:
        with balancer(self.database) as one, balancer(self.database) as other:
            return asyncio.run(self._tell([one, other], happens, name))

    async def at_the_end_within(self, seconds: float, urls: list[str]) -> Rows:
        customers = [Customers(url, PATIENCE_SECONDS) for url in urls]
        rows = Rows(customers)
        self.records.append(await rows.write(0, "row-0", 0.0, kept=False))
        await rows.read_all(self.records.append, "w", seconds)
        return rows

    async def _tell(self, urls: list[str], happens: str, name: str) -> dict[str, Any]:
        customers = [Customers(url, PATIENCE_SECONDS) for url in urls]
        rows = Rows(customers)
        for number in range(10):
            self.records.append(await rows.write(number % 2, f"row-{number}", 0.0, kept=number % 4 < 2))
        if happens:
            getattr(self.database, happens)(name)
        await rows.read_all(self.records.append, "w")
        for each in customers:
            each.close()
        return rows.account()


@pytest.fixture
def story() -> Story:
    return Story(Database())


def test_every_row_is_read_through_another_balancer_than_wrote_it(story: Story) -> None:
    account = story.told()
    assert account == {"written": 10, "read": 10, "wrong": 0, "lost": 0, "unread": 0, "findings": []}
    assert len(story.records) == 20
    for name, through in story.database.written_through.items():
        assert story.database.read_through[name].isdisjoint({through})


def test_a_row_that_is_gone_is_lost_and_the_account_says_which(story: Story) -> None:
    account = story.told("lose", "row-3")
    assert (account["lost"], account["read"]) == (1, 9)
    (finding,) = account["findings"]
    assert (finding["kind"], finding["row"], finding["member"], finding["version"]) == ("lost", "row-3", "app1", "1.1")
    assert [record.status for record in story.records if record.failed] == [404]


def test_a_row_with_another_text_is_wrong_and_the_account_has_both(story: Story) -> None:
    account = story.told("change", "row-4")
    assert (account["wrong"], account["read"]) == (1, 9)
    (finding,) = account["findings"]
    assert (finding["kind"], finding["found"]) == ("wrong", "somebody else said it")
    assert finding["written"].startswith("row-4 said it through 127.0.0.1:")
    assert not any(record.failed for record in story.records)


def test_rows_that_nobody_can_read_at_the_end_are_not_called_kept(story: Story) -> None:
    story.database.refuses_reading = True
    account = story.told()
    assert (account["unread"], account["read"], account["lost"]) == (10, 0, 0)
    assert sum(record.failed for record in story.records) == 10


def test_rows_that_were_not_asked_for_in_time_are_not_called_kept(story: Story) -> None:
    with balancer(story.database) as one:
        rows = asyncio.run(story.at_the_end_within(0.0, [one]))
    assert (rows.account()["unread"], rows.account()["read"]) == (1, 0)
    assert (len(story.records), story.database.read_through) == (1, {})
    assert rows.account()["findings"][0]["row"] == "row-0"


def test_findings_are_kept_up_to_a_limit_and_all_are_counted(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "KEPT_FINDINGS", 3)
    story.database.refuses_reading = True
    account = story.told()
    assert (account["unread"], len(account["findings"])) == (10, 3)


@pytest.mark.parametrize("fresh_share", [0.5, 0.25])
def test_while_the_load_runs_rows_of_any_age_are_read_through_another_balancer_on_every_kind_of_connection(
    fresh_share: float,
) -> None:
    asked: list[tuple[str, str, str, bool]] = []
    database: dict[str, bytes] = {}
    rows = Rows([InMemory(name, database, asked) for name in ("one", "other")])

    async def a_thousand() -> None:
        stop = asyncio.Event()

        def count(_record: Record) -> None:
            if len(asked) >= 1000:
                stop.set()

        await Load(rows.askers(), 10_000, fresh_share, 8, count, "w").run(stop)

    asyncio.run(a_thousand())
    writes = {path: (age, name) for age, (method, path, name, _kept) in enumerate(asked) if method == "PUT"}
    ways = {(method, name, kept) for method, _path, name, kept in asked}
    assert ways == set(itertools.product(("PUT", "GET"), ("one", "other"), (True, False)))
    assert 0.4 < len(writes) / len(asked) < 0.6
    ages = []
    for at, (method, path, name, _kept) in enumerate(asked):
        if method == "GET":
            assert name != writes[path][1]
            ages.append(at - writes[path][0])
    assert min(ages[-100:]) < 100
    assert max(ages[-100:]) > 500


def test_a_write_on_a_connection_gone_stale_is_sent_once_more() -> None:
    async def write() -> list[Record]:
        async with misbehaving_server.serving(misbehaving_server.drops_connections_on_their_second_request) as server:
            rows = Rows([Customers(server.url, PATIENCE_SECONDS)])
            return [await rows.write(0, f"row-{n}", 0.0, kept=True) for n in range(KEPT_CONNECTIONS + 1)]

    records = asyncio.run(write())
    assert [(record.failed, record.retried) for record in records[-2:]] == [(False, False), (False, True)]


def test_nobody_asks_for_a_row_whose_write_was_not_acknowledged(story: Story) -> None:
    story.database.hangs_up_after_commit = True
    account = story.told()
    assert (account["written"], account["read"], account["lost"]) == (0, 0, 0)
    assert len(story.database.rows) == 10
    assert sum(record.failed for record in story.records) == 10


def test_the_command_writes_and_reads_while_other_customers_come_for_quotes(tmp_path: Path) -> None:
    witness = str(Path(str(rows_module.__file__)).parent / "witness")
    command = [sys.executable, witness, "--output", str(tmp_path), "--log-address", "", "--seconds", "2"]
    database = Database()
    with balancer(database) as one, balancer(database) as other:
        urls = ["--url", one, "--url", other]
        done = subprocess.run(
            [*command, *urls, "--rate", "20", "--rows-rate", "40"], capture_output=True, text=True, check=True
        )
    rows = json.loads((tmp_path / "witness.json").read_text())["totals"]["rows"]
    assert rows["written"] == len(database.rows) > 0
    ids = [record.id for record in read_records(tmp_path / "requests.csv")]
    assert len(ids) == len(set(ids))
    assert rows["read"] > rows["written"]  # all of them at the end, and some before
    assert (rows["wrong"], rows["lost"], rows["unread"]) == (0, 0, 0)
    assert f"witness: {rows['written']} rows written, {rows['read']} readings as written" in done.stdout
