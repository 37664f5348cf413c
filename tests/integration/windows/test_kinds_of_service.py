# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of service goes from release to release on a modelled host, by real ansible-playbook and pywinrm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows._store import served
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import play
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import (
    answer,
    answers,
    free_port,
    place,
    program,
    release,
)
from ansible_collections.hybrid.rollout.tests.winhost.fleet import Fleet
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.whole import modelled_fleet

ROOT, OLD = r"C:\apps\quotes", r"C:\old\quotes"


class Estate:
    """One member, win1, on which version 0.9 was installed by hand, and a store with 1.0 and 1.1."""

    def __init__(self, fleet: Fleet, folder: Path, store: str) -> None:
        self.fleet, self.folder, self.store = fleet, folder, store
        host = fleet.hosts["win1"]
        assert isinstance(host, Host)
        self.host, self.port = host, free_port(host.address)
        self.digests = {version: release(folder / "store", version) for version in ("1.0", "1.1")}
        place(host, rf"{OLD}\quotes.exe", program("0.9"))
        host.iis.program = "quotes.exe"

    def install(self, *tasks: dict[str, Any]) -> None:
        code, said = play(self.fleet, self.folder, list(tasks))
        assert code == 0, said

    def deploy(self, version: str, **options: Any) -> list[str]:
        """The modules that were called."""
        before = len(self.fleet.journal.calls())
        at = {"service_root": ROOT, "name": "quotes", "version": version, **options}
        artifact = {"url": f"{self.store}/{version}.zip", "sha256": self.digests[version]}
        steps: tuple[dict[str, Any], ...] = (
            {**at, **artifact, "state": "staged"},
            {**at, "state": "current", "staged": "{{ staged }}"},
            {**at, "state": "pruned", "staged": "{{ staged }}", "keep": 0},
        )
        tasks: list[dict[str, Any]] = [{"hybrid.rollout.windows_release": step} for step in steps]
        code, said = play(self.fleet, self.folder, [{**tasks[0], "register": "staged"}, *tasks[1:]])
        assert code == 0, said
        calls = self.fleet.journal.calls()[before:]
        assert {(call.kind, call.verdict, call.needs_review) for call in calls} == {("module", "ok", False)}
        return [str(call.module).rpartition(".")[2] for call in calls]

    def serves(self, version: str) -> bool:
        return answers(self.host.address, self.port, version)


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    with served(tmp_path / "store") as url, modelled_fleet(["win1"], tmp_path) as fleet:
        yield Estate(fleet, tmp_path, url)


@pytest.mark.parametrize(("switch", "most"), [("path", 8), ("junction", 9)])
def test_a_console_program_of_nssm(estate: Estate, switch: str, most: int) -> None:
    log = r"C:\logs\quotes.log"
    nssm = {"name": "quotes", "application": rf"{OLD}\quotes.exe", "arguments": str(estate.port), "stdout_file": log}
    estate.install({"community.windows.win_nssm": {**nssm, "state": "started"}})
    assert estate.serves("0.9")
    options = {"kind": "console", "arguments": str(estate.port), "switch": switch}
    for version in ("1.0", "1.1"):
        called = estate.deploy(version, **options)
        assert estate.serves(version)
    assert len(called) <= most
    quotes = estate.host.services.find("quotes")
    assert quotes is not None
    assert quotes.parameters["AppStdout"] == log


@pytest.mark.parametrize(("switch", "stop_pool"), [("path", False), ("junction", True)])
def test_a_site_of_iis_and_its_pool(estate: Estate, switch: str, stop_pool: bool) -> None:
    binding = {"ip": "*", "port": estate.port}
    site = {"name": "quotes", "application_pool": "quotes", "physical_path": OLD, "bindings": {"set": [binding]}}
    pool = {"name": "quotes", "state": "started"}
    estate.install({"microsoft.iis.web_app_pool": pool}, {"microsoft.iis.website": site})
    assert estate.serves("0.9")
    options = {"kind": "iis", "application_pool": "quotes", "switch": switch, "stop_pool": stop_pool}
    for version in ("1.0", "1.1"):
        called = estate.deploy(version, **options)
        assert estate.serves(version)
    assert called.count("web_app_pool") == (2 if stop_pool else 1)
    assert len(called) <= 8 + stop_pool


def test_a_scheduled_task_runs_the_new_release_next_time_and_nothing_is_restarted(estate: Estate) -> None:
    action = {"path": rf"{OLD}\quotes.exe", "arguments": "--nightly"}
    task = {"name": "quotes", "path": r"\Jobs", "actions": [action], "username": "SYSTEM"}
    estate.install({"community.windows.win_scheduled_task": task})
    for version in ("1.0", "1.1"):
        called = estate.deploy(version, kind="scheduled_task", name=r"\Jobs\quotes", arguments="--nightly")
    found = estate.host.tasks.find(r"\Jobs", "quotes")
    assert found is not None
    (now,) = found.definition["actions"]
    folder = rf"{ROOT}\releases\1.1"
    told = {"path": rf"{folder}\quotes.exe", "arguments": "--nightly", "working_directory": folder}
    assert {name: now[name] for name in told} == told
    assert found.definition["username"] == "SYSTEM"
    assert len(called) <= 8
    assert not {"win_service", "web_app_pool"} & set(called)


def test_a_console_program_that_does_not_start_is_told_with_the_words_of_nssm(estate: Estate) -> None:
    nssm = {"name": "quotes", "application": rf"{OLD}\quotes.exe", "arguments": str(estate.port), "state": "started"}
    estate.install({"community.windows.win_nssm": nssm})
    assert estate.serves("0.9")
    estate.fleet.faults("win1").add("disabled_1058")
    with pytest.raises(AssertionError, match=r'"code": "unit_failed"') as said:
        estate.deploy("1.0", kind="console", arguments=str(estate.port))
    assert "1058" in str(said.value)
    assert answer(estate.host.address, estate.port) == ""


def test_a_file_that_the_users_own_task_copies_is_on_the_member_and_the_same_again_changes_nothing(
    estate: Estate,
) -> None:
    (estate.folder / "app.config").write_text("level={{ 'debug' }}\n")
    template = {"src": str(estate.folder / "app.config"), "dest": rf"{OLD}\app.config"}
    content = {"content": "on\n", "dest": rf"{OLD}\feature.txt"}
    tasks = ({"ansible.windows.win_template": template}, {"ansible.windows.win_copy": content})
    estate.install(*tasks)
    assert estate.host.drives.real(rf"{OLD}\app.config").read_text().splitlines() == ["level=debug"]
    assert estate.host.drives.real(rf"{OLD}\feature.txt").read_text() == "on\n"
    code, said = play(estate.fleet, estate.folder, list(tasks))
    assert code == 0, said
    assert "changed=0" in said
    copied = {"ansible.windows.win_copy": {"src": str(estate.folder / "store"), "dest": OLD}}
    code, said = play(estate.fleet, estate.folder, [copied])
    assert code != 0
    assert "winhost: win_copy is modelled for one file from the controller" in said, said
