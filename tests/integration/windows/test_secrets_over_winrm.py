# SPDX-License-Identifier: GPL-3.0-or-later
"""Planted secrets are searched for in whatever a step on a Windows member leaves: output, logs, journal, ledger, reports, the member's disk."""

from __future__ import annotations

import base64
import http.server
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import Played, Stage
from ansible_collections.hybrid.rollout.tests.integration.windows._store import served
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import answers, free_port, release
from ansible_collections.hybrid.rollout.tests.winhost.fleet import PASSWORD, USER, Fleet
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.whole import modelled_fleet

ROOT = r"C:\apps\quotes"
BECOMING, TOKEN, WRONG = "planted-for-becoming", "planted-for-the-store", "planted-and-wrong"
SECRETS = (PASSWORD, BECOMING, TOKEN, WRONG)
TELL = {"ledger": "{{ ledger }}", "run": "{{ run }}", "member": "win1"}
# What goes wrong: a fault of the host, other variables, another digest; and the code of the failure.
TROUBLE: dict[str, tuple[str, dict[str, Any], str]] = {
    "the connection drops": ("dropped_connection", {}, "unreachable"),
    "the password is refused": ("wrong_password", {}, "unreachable"),
    "the password is another": ("", {"ansible_password": WRONG}, "unreachable"),
    "the store refuses": ("", {"token": WRONG}, "endpoint_failed"),
    "the artifact is another": ("", {"sha256": "f" * 64}, "checksum_mismatch"),
    "the service does not start": ("start_1053", {}, "unit_failed"),
}


class Store(http.server.SimpleHTTPRequestHandler):
    """Only with the token; whoever has another one is told why in words that do not repeat it."""

    def do_GET(self) -> None:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            super().do_GET()
        else:
            self.send_error(403, "Another token is needed")

    def log_message(self, format: str, *args: Any) -> None:  # the base class has the name
        pass


class Rollout:
    """A run of one member, win1. What a play is told lies apart from what it leaves."""

    def __init__(self, fleet: Fleet, told: Path, left: Path, address: str) -> None:
        self.fleet, self.told, self.left, self.address = fleet, told, left, address
        self.digest = release(told / "store", "1.0")
        host = fleet.hosts["win1"]
        assert isinstance(host, Host)
        self.host, self.port = host, free_port(host.address)
        host.drives.real(rf"{ROOT}\releases").mkdir(parents=True)
        host.services.create("quotes", rf"{ROOT}\releases\0.9\quotes.exe {self.port}")
        self.stage = Stage(left)
        self.stage.open_run(("win1",))

    def variables(self, **others: Any) -> dict[str, Any]:
        becoming = {"ansible_become_method": "runas", "ansible_become_user": "svc_quotes"}
        known = {"ledger": self.stage.ledger, "run": self.stage.run, "token": TOKEN, "sha256": self.digest}
        return {
            **self.fleet.connection,
            **becoming,
            "ansible_become": True,
            "ansible_become_password": BECOMING,
            **known,
            **others,
        }

    def play(self, verbosity: str = "-vvv", **others: Any) -> Played:
        at = {"service_root": ROOT, "name": "quotes", "arguments": str(self.port), "version": "1.0"}
        artifact = {"url": f"{self.address}/1.0.zip", "sha256": "{{ sha256 }}"}
        headers = {"headers": {"Authorization": "Bearer {{ token }}"}}
        steps: list[dict[str, Any]] = [
            {"hybrid.rollout.windows_release": {**at, **more, "record": {**TELL, "step": f"release_{more['state']}"}}}
            for more in ({"state": "staged", **artifact, **headers}, {"state": "current"}, {"state": "pruned"})
        ]
        broken = [
            {"ansible.builtin.debug": {"var": "ansible_failed_result"}},
            _claim(state="finished", outcome="out", reason="{{ ansible_failed_result.msg }}"),
            {"ansible.builtin.fail": {"msg": "{{ ansible_failed_result.msg }}"}},
        ]
        plays = [{
            "hosts": "win1", "gather_facts": False,
            "tasks": [_claim(), {"block": [*steps, _claim(state="finished", outcome="done")], "rescue": broken}],
        }]  # fmt: skip
        (self.told / "play.json").write_text(json.dumps(plays), encoding="utf-8")
        hosts = {"win1": {"ansible_host": self.host.address, **self.variables(**others)}}
        (self.told / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        command = ["ansible-playbook", verbosity, "-i", str(self.told / "inventory.json"), str(self.told / "play.json")]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=240, env={**os.environ, **self._files()}
        )
        (self.left / "output").write_text(done.stdout + done.stderr, encoding="utf-8")
        return Played(done.returncode, done.stdout + done.stderr)

    def _files(self) -> dict[str, str]:
        """Everything that can be told to write does."""
        return {
            "ANSIBLE_LOG_PATH": str(self.left / "ansible.log"),
            "ANSIBLE_LOCAL_TEMP": str(self.left / "temporary"),
            "ANSIBLE_RETRY_FILES_ENABLED": "true",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(self.left),
            "HYBRID_ROLLOUT_JSON_PATH": str(self.left / "verdict.json"),
            "HYBRID_ROLLOUT_JUNIT_PATH": str(self.left / "verdict.xml"),
        }

    def leaks(self) -> list[str]:
        """Each secret, as it is or as the wire carries it, in each file that was left, by the member too."""
        forms = {secret: [secret.encode(), secret.encode("utf-16-le")] for secret in SECRETS}
        forms[PASSWORD].append(base64.b64encode(f"{USER}:{PASSWORD}".encode()))
        return [
            f"{secret} in {path.relative_to(self.left)}"
            for path in sorted(self.left.rglob("*"))
            if path.is_file() and path.name != "ntlm.users"  # the model's own list of passwords
            for secret, written in forms.items()
            if any(form in path.read_bytes() for form in written)
        ]

    def wrote(self, *names: str) -> bool:
        return all((self.left / name).is_file() and (self.left / name).stat().st_size for name in names)


def _claim(**more: Any) -> dict[str, Any]:
    return {"hybrid.rollout.rollout_claim": {**TELL, **more}}


@pytest.fixture(params=["winrm", "psrp"])
def rollout(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rollout]:
    told, left = tmp_path / "told", tmp_path / "left"
    told.mkdir()
    left.mkdir()
    with (
        served(told / "store", Store) as address,
        modelled_fleet(["win1"], left, connection=request.param) as fleet,
    ):
        yield Rollout(fleet, told, left, address)


def test_a_step_that_passes_leaves_no_secret_anywhere(rollout: Rollout) -> None:
    played = rollout.play()
    assert played.exit_code == 0, played.output
    assert answers(rollout.host.address, rollout.port, "1.0")
    assert {call.become_user for call in rollout.fleet.journal.calls("win1")} == {"svc_quotes"}
    assert rollout.wrote("output", "ansible.log", "journal.jsonl", "ledger.sqlite3", "verdict.json", "verdict.xml")
    assert rollout.leaks() == []


@pytest.mark.parametrize(("fault", "others", "code"), TROUBLE.values(), ids=TROUBLE)
def test_a_step_that_fails_leaves_no_secret_anywhere(
    rollout: Rollout, fault: str, others: dict[str, Any], code: str
) -> None:
    if fault:
        rollout.fleet.faults("win1").add(fault)
    played = rollout.play(**others)
    assert played.exit_code != 0
    assert f'"code": "{code}"' in played.output, played.output
    assert rollout.wrote("output", "ansible.log", "ledger.sqlite3", "verdict.json", "verdict.xml", "play.retry")
    assert rollout.leaks() == []


def test_at_its_most_talkative_ansible_itself_prints_the_headers_and_no_password(rollout: Rollout) -> None:
    played = rollout.play("-vvvvv")
    assert played.exit_code == 0
    assert rollout.leaks() == [f"{TOKEN} in ansible.log", f"{TOKEN} in output"], "docs/windows.md says otherwise"
