# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Ansible with pywinrm and NTLM over plain HTTP: the messages are sealed, and nothing unsealed is taken."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.fleet import PASSWORD, USER, Fleet, windows_fleet

from .small_hosts import SmallHost, ansible, small_engine

PING = ("-m", "ansible.windows.win_ping")


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with windows_fleet(["win1"], tmp_path, small_engine(), SmallHost, transport="ntlm") as started:
        yield started


def test_win_ping_is_answered_in_sealed_messages(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, ansible_winrm_message_encryption="always")
    assert rc == 0, said
    assert [call.verdict for call in fleet.journal.calls("win1")] == ["ok"]


def test_psrp_is_answered_in_sealed_messages_too(tmp_path: Path) -> None:
    with windows_fleet(["win1"], tmp_path, small_engine(), SmallHost, transport="ntlm", connection="psrp") as fleet:
        rc, said = ansible(fleet, tmp_path, *PING, ansible_psrp_message_encryption="always")
    assert rc == 0, said
    assert [call.verdict for call in fleet.journal.calls("win1")] == ["ok"]


def test_a_client_that_does_not_seal_its_messages_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, ansible_winrm_message_encryption="never")
    assert rc != 0
    assert "Unencrypted traffic is disabled" in said
    assert not fleet.journal.calls()


def test_a_wrong_password_makes_the_host_unreachable(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, ansible_password="another")
    assert rc == 4, said
    assert "the specified credentials were rejected" in said


def test_a_password_in_the_clear_is_not_even_looked_at(fleet: Fleet) -> None:
    token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    url, headers = f"http://127.0.1.1:{fleet.port}/wsman", {"Authorization": f"Basic {token}"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(url, b"x", headers), timeout=20)
    assert refused.value.code == 401
    assert "Basic" not in str(refused.value.headers)
