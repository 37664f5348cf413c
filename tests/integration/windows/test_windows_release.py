# SPDX-License-Identifier: GPL-3.0-or-later
"""windows_release as a user runs it: real ansible-playbook and pywinrm, a service that is a real process on a modelled host, a real store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows._store import served
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import play
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import answer, answers, free_port, release
from ansible_collections.hybrid.rollout.tests.winhost.fleet import PASSWORD, Fleet
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.whole import modelled_fleet

ROOT = r"C:\apps\quotes"
MOST_CALLS = 8


class Estate:
    """One member, win1, with the service quotes of version 0.9, and a store with the versions."""

    def __init__(self, fleet: Fleet, folder: Path, store: str) -> None:
        self.fleet, self.folder, self.store = fleet, folder, store
        host = fleet.hosts["win1"]
        assert isinstance(host, Host)
        self.host, self.port = host, free_port(host.address)
        self.digests = {version: release(folder / "store", version) for version in ("1.0", "1.1", "1.2")}
        host.drives.real(rf"{ROOT}\releases").mkdir(parents=True)
        host.services.create("quotes", rf"{ROOT}\releases\0.9\quotes.exe {self.port}")

    def tasks(self, version: str, **options: Any) -> list[dict[str, Any]]:
        at = {"service_root": ROOT, "name": "quotes", "arguments": str(self.port), "version": version}
        artifact = {"url": f"{self.store}/{version}.zip", "sha256": self.digests[version], **options}
        staged = "{{ staged }}"
        steps = (
            {**at, **artifact, "state": "staged"},
            {**at, "state": "current", "staged": staged},
            {**at, "state": "pruned", "staged": staged, "keep": 0},
        )
        tasks: list[dict[str, Any]] = [{"hybrid.rollout.windows_release": step} for step in steps]
        tasks[0]["register"] = "staged"
        return [{"block": tasks, "rescue": [{"ansible.builtin.debug": {"var": "ansible_failed_result.failure"}}]}]

    def deploy(self, version: str, **options: Any) -> str:
        _code, said = play(self.fleet, self.folder, self.tasks(version, **options))
        return said

    def failure(self, said: str) -> str:
        found = re.search(r'"code": "(\w+)"', said)
        assert found, said
        assert "rescued=1" in said
        assert "unreachable=0" in said
        return found[1]

    def serves(self, version: str) -> bool:
        return answers(self.host.address, self.port, version)

    def releases(self) -> list[str]:
        return sorted(path.name for path in self.host.drives.real(rf"{ROOT}\releases").iterdir())


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    with served(tmp_path / "store") as url, modelled_fleet(["win1"], tmp_path) as fleet:
        yield Estate(fleet, tmp_path, url)


def test_a_member_goes_from_version_to_version_within_its_call_budget_and_nothing_is_pushed_to_it(
    estate: Estate,
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        before = len(estate.fleet.journal.calls("win1"))
        said = estate.deploy(version)
        assert "failed=0" in said, said
        assert estate.serves(version), said
        calls = estate.fleet.journal.calls("win1")[before:]
        assert {call.kind for call in calls} == {"module"}
        assert len(calls) <= MOST_CALLS
        assert not [call for call in calls if "win_copy" in str(call.module)]
    assert estate.releases() == ["1.1", "1.2"]
    assert len(calls) == MOST_CALLS


def test_the_same_version_again_changes_nothing(estate: Estate) -> None:
    estate.deploy("1.0")
    process = answer(estate.host.address, estate.port)
    said = estate.deploy("1.0")
    assert "changed=0" in said, said
    assert process == "1.0"


def test_a_digest_that_is_not_the_artifacts_leaves_the_running_release_alone(estate: Estate) -> None:
    estate.deploy("1.0")
    said = estate.deploy("1.1", sha256="f" * 64)
    assert estate.failure(said) == "checksum_mismatch"
    assert estate.serves("1.0")
    assert estate.releases() == ["1.0"]


def test_a_service_that_windows_cannot_start_is_a_failed_step_and_the_release_before_can_be_put_back(
    estate: Estate,
) -> None:
    estate.deploy("1.0")
    estate.fleet.faults("win1").add("start_1053")
    said = estate.deploy("1.1")
    assert estate.failure(said) == "unit_failed"
    assert "1053" in said
    estate.fleet.faults("win1").clear()
    back = {"service_root": ROOT, "name": "quotes", "arguments": str(estate.port), "state": "current", "version": "1.0"}
    code, said = play(estate.fleet, estate.folder, [{"hybrid.rollout.windows_release": back}])
    assert code == 0, said
    assert estate.serves("1.0")


@pytest.mark.parametrize("fault", ["down", "wrong_password", "dropped_connection"])
def test_a_member_that_cannot_be_reached_is_a_failed_step_and_never_unreachable(estate: Estate, fault: str) -> None:
    estate.deploy("1.0")
    estate.fleet.faults("win1").add(fault)
    said = estate.deploy("1.1")
    assert estate.failure(said) == "unreachable"
    assert PASSWORD not in said
    estate.fleet.faults("win1").clear()
    assert estate.serves("1.0")
