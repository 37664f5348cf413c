# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Ansible with pypsrp against the same hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.fleet import Fleet, windows_fleet

from .small_hosts import SmallHost, ansible, small_engine

PING = ("-m", "ansible.windows.win_ping")


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with windows_fleet(["win1", "win2"], tmp_path, small_engine(), SmallHost, connection="psrp") as started:
        yield started


def test_win_ping_is_answered_by_each_host_itself(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, "-o")
    assert rc == 0, said
    assert '"answered_by": "win1"' in said
    assert '"answered_by": "win2"' in said
    (call,) = fleet.journal.calls("win1")
    assert (call.kind, call.verdict) == ("module", "ok")
    assert call.http_requests >= 6


def test_unknown_powershell_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, "-m", "raw", "-a", "Get-Process")
    assert rc != 0
    assert "winhost: PowerShell that the model does not know" in said


def test_a_wrong_password_makes_a_host_unreachable(fleet: Fleet, tmp_path: Path) -> None:
    fleet.faults("win1").add("wrong_password")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | UNREACHABLE!" in said
    assert "win2 | SUCCESS" in said


def test_an_operation_that_times_out_is_asked_for_again(fleet: Fleet, tmp_path: Path) -> None:
    ansible(fleet, tmp_path, *PING)
    fleet.faults("win1").add("operation_timeout")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | SUCCESS" in said
    before, after = fleet.journal.calls("win1")
    assert after.http_requests == before.http_requests + 1
