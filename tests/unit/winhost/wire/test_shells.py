# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import SmallHost
from ansible_collections.hybrid.rollout.tests.winhost.wire import wsman
from ansible_collections.hybrid.rollout.tests.winhost.wire.journal import Journal, Record
from ansible_collections.hybrid.rollout.tests.winhost.wire.outcome import Outcome
from ansible_collections.hybrid.rollout.tests.winhost.wire.shells import Shells

from .conversation import Client, fault_code, stdout


def echo(line: str, given: bytes, _record: Record) -> Outcome:
    return Outcome("ok", 0, f"{line}:{given.decode()}")


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def client(journal: Journal, tmp_path: Path) -> Client:
    client = Client(Shells(SmallHost("win1", "127.0.1.1", tmp_path), echo, journal))
    client.open()
    return client


def test_a_command_gets_all_parts_of_its_input_and_its_output_comes_back(client: Client) -> None:
    command = client.command("echo")
    client.send(command, b"one ", end=False)
    client.send(command, b"two")
    assert stdout(client.receive(command)) == "echo:one two"


def test_the_journal_counts_what_one_call_cost(client: Client, journal: Journal) -> None:
    command = client.command("echo")
    client.send(command, b"12345")
    client.receive(command)
    client.ask("Signal", f'<rsp:Signal CommandId="{command}"/>')
    client.ask("Delete")
    (call,) = journal.calls("win1")
    assert (call.http_requests, call.payload_bytes, call.verdict) == (6, 5, "ok")
    assert call.response_bytes > 2000


def test_each_command_of_a_shell_is_a_call_of_its_own(client: Client, journal: Journal) -> None:
    for line in ("first", "second"):
        command = client.command(line)
        client.send(command, b"")
        client.receive(command)
    client.ask("Delete")
    first, second = journal.calls()
    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.http_requests, second.http_requests) == (4, 4)


def test_a_command_that_is_not_done_in_time_is_asked_for_again(tmp_path: Path) -> None:
    may_end = Event()

    def slow(_line: str, _given: bytes, _record: Record) -> Outcome:
        may_end.wait(60)
        return Outcome("ok", 0, "done")

    client = Client(Shells(SmallHost("win1", "127.0.1.1", tmp_path), slow, Journal()))
    client.open()
    command = client.command("slow")
    client.send(command, b"")
    assert fault_code(client.receive(command, "PT0.1S")) == wsman.OPERATION_TIMED_OUT
    may_end.set()
    assert stdout(client.receive(command)) == "done"


def test_a_line_that_cmd_would_not_take_is_refused(client: Client, journal: Journal) -> None:
    body = client.ask("Command", f"<rsp:CommandLine><rsp:Command>{'x' * 8191}</rsp:Command></rsp:CommandLine>")
    assert fault_code(body) == wsman.TOO_LONG
    assert not journal.calls()


def test_a_shell_that_is_closed_is_not_there_any_more(client: Client) -> None:
    client.ask("Delete")
    assert fault_code(client.ask("Delete")) == wsman.SHELL_NOT_FOUND


def test_an_operation_that_the_model_does_not_know_is_refused(client: Client) -> None:
    assert fault_code(client.ask("Enumerate")) == wsman.ACCESS_DENIED
