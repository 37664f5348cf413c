# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Ansible with pywinrm and with pypsrp against modelled hosts, over HTTPS with a verified certificate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.fleet import PASSWORD, Fleet, windows_fleet
from ansible_collections.hybrid.rollout.tests.winhost.wire import certificates

from .small_hosts import SmallHost, ansible, play, small_engine

PING = ("-m", "ansible.windows.win_ping")
REJECTED = {
    "winrm": "the specified credentials were rejected",
    "psrp": "failed to authenticate with the server",
}
# The client of PSRP does not call a host unreachable that takes a connection and says nothing.
SOON: dict[str, tuple[dict[str, int], str]] = {
    "winrm": ({"ansible_winrm_operation_timeout_sec": 1, "ansible_winrm_read_timeout_sec": 2}, "UNREACHABLE!"),
    "psrp": ({"ansible_psrp_operation_timeout": 1, "ansible_psrp_read_timeout": 2}, "FAILED!"),
}
# A client of PSRP hears a first answer when it opens its session, before any call.
CALLED_BEFORE_IT_BREAKS = {"winrm": ["ansible.windows.win_ping"], "psrp": []}
TRUSTS = {"winrm": "ansible_winrm_ca_trust_path", "psrp": "ansible_psrp_ca_cert"}


@pytest.fixture(params=["winrm", "psrp"])
def connection(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fleet(tmp_path: Path, connection: str) -> Iterator[Fleet]:
    with windows_fleet(["win1", "win2"], tmp_path, small_engine(), SmallHost, connection=connection) as started:
        yield started


def test_win_ping_is_answered_over_verified_https(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING)
    assert rc == 0, said
    assert fleet.journal.modules("win1") == fleet.journal.modules("win2") == ["ansible.windows.win_ping"]
    (call,) = fleet.journal.calls("win1")
    assert (call.kind, call.verdict) == ("module", "ok")
    assert call.payload_bytes > 50_000
    assert call.http_requests in (6, 7)


def test_two_hosts_do_not_mix(fleet: Fleet, tmp_path: Path) -> None:
    _code, said = ansible(fleet, tmp_path, *PING, "-o")
    for host in ("win1", "win2"):
        (line,) = [line for line in said.splitlines() if line.startswith(f"{host} |")]
        assert f'"answered_by": "{host}"' in line


def test_a_wrong_password_makes_a_host_unreachable(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, ansible_password="another")
    assert rc == 4, said
    assert said.count("UNREACHABLE!") == 2
    assert not fleet.journal.calls()


def test_a_host_whose_password_changed_is_unreachable_and_the_other_is_not(
    fleet: Fleet, connection: str, tmp_path: Path
) -> None:
    fleet.faults("win1").add("wrong_password")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | UNREACHABLE!" in said
    assert REJECTED[connection] in said
    assert "win2 | SUCCESS" in said


def test_a_host_that_is_down_is_unreachable_until_it_is_back(fleet: Fleet, tmp_path: Path) -> None:
    fleet.faults("win1").add("down")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | UNREACHABLE!" in said
    assert "win2 | SUCCESS" in said
    fleet.faults("win1").remove("down")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | SUCCESS" in said


def test_a_host_that_never_answers_is_given_up_in_time(fleet: Fleet, connection: str, tmp_path: Path) -> None:
    fleet.faults("win1").add("unreachable")
    limits, ending = SOON[connection]
    _code, said = ansible(fleet, tmp_path, *PING, **limits)
    assert f"win1 | {ending}" in said
    assert "win2 | SUCCESS" in said


def test_a_connection_that_breaks_during_a_call_fails_the_task(fleet: Fleet, connection: str, tmp_path: Path) -> None:
    fleet.faults("win1").add("dropped_connection")
    rc, said = ansible(fleet, tmp_path, *PING)
    assert rc != 0
    assert "win1 | SUCCESS" not in said
    assert "win2 | SUCCESS" in said
    assert fleet.journal.modules("win1") == CALLED_BEFORE_IT_BREAKS[connection]


def test_an_operation_that_times_out_is_asked_for_again(fleet: Fleet, tmp_path: Path) -> None:
    ansible(fleet, tmp_path, *PING)
    fleet.faults("win1").add("operation_timeout")
    _code, said = ansible(fleet, tmp_path, *PING)
    assert "win1 | SUCCESS" in said
    before, after = fleet.journal.calls("win1")
    assert after.http_requests == before.http_requests + 1


def test_unknown_powershell_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, "-m", "raw", "-a", "Get-Process")
    assert rc != 0
    assert "winhost: PowerShell that the model does not know" in said
    assert {call.verdict for call in fleet.journal.calls()} == {"refused"}


def test_a_module_without_a_model_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, "-m", "ansible.windows.win_whoami")
    assert rc != 0
    assert "winhost: there is no model of ansible.windows.win_whoami" in said


def test_a_wrong_argument_fails_in_the_words_of_the_check(fleet: Fleet, tmp_path: Path) -> None:
    rc, said = ansible(fleet, tmp_path, *PING, "-a", "dato=x")
    assert rc != 0
    assert "Unsupported parameters for (ansible.windows.win_ping) module: dato" in said
    assert {call.verdict for call in fleet.journal.calls()} == {"bad arguments"}


def test_a_certificate_that_is_not_trusted_is_refused_by_the_client(
    fleet: Fleet, connection: str, tmp_path: Path
) -> None:
    stranger = certificates.make(tmp_path / "stranger", ["127.0.1.1"])
    rc, said = ansible(fleet, tmp_path, *PING, **{TRUSTS[connection]: str(stranger.authority)})
    assert rc == 4, said
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert not fleet.journal.calls()


def test_no_password_and_no_secret_argument_is_in_the_journal_or_in_the_answer(fleet: Fleet, tmp_path: Path) -> None:
    become = {"ansible_become": True, "ansible_become_method": "runas", "ansible_become_user": "svc_quotes"}
    secrets = ("planted-in-an-argument", "planted-for-becoming")
    task = {"ansible.windows.win_ping": {"data": secrets[0]}}
    rc, said = play(fleet, tmp_path, [task], ansible_become_password=secrets[1], **become)
    assert rc == 0, said
    assert [call.become_user for call in fleet.journal.calls("win1")] == ["svc_quotes"]
    written = (tmp_path / "journal.jsonl").read_text() + repr(fleet.journal.calls())
    assert "svc_quotes" in written
    for secret in (*secrets, PASSWORD):
        assert secret not in written
        assert secret not in said


def test_win_reboot_sees_the_host_go_and_come_back(fleet: Fleet, tmp_path: Path) -> None:
    started = fleet.hosts["win1"].boot_time
    rc, said = play(fleet, tmp_path, [{"ansible.windows.win_reboot": {"pre_reboot_delay": 2, "reboot_timeout": 90}}])
    assert rc == 0, said
    assert "rebooted" in said
    assert fleet.hosts["win1"].boot_time > started
    assert not fleet.faults("win1")
