# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user runs against a Windows host of their own before they rely on it, run against a modelled one: the same command, the same targets."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._mono import mono_or_skip
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.windows._qualification import (
    CHECKOUT,
    ROLE,
    TARGETS,
    Installed,
    stand_in,
)
from ansible_collections.hybrid.rollout.tests.integration.windows._store import served
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import free_port, place
from ansible_collections.hybrid.rollout.tests.winhost.fleet import PASSWORD, Fleet
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.host.scheduled_tasks import Task
from ansible_collections.hybrid.rollout.tests.winhost.whole import modelled_fleet


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed.into(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with modelled_fleet(["win1"], tmp_path) as started:
        host_of(started).iis.program = "Qualify.exe"
        place(host_of(started), r"C:\Windows\System32\cmd.exe", "")
        yield started


def host_of(fleet: Fleet) -> Host:
    host = fleet.hosts["win1"]
    assert isinstance(host, Host)
    return host


def assert_nothing_is_left(host: Host, installed: Installed) -> None:
    assert (host.services.installed, host.iis.sites, host.tasks.registered) == ({}, {}, {})
    assert list(host.iis.pools) == ["defaultapppool"]
    assert not host.drives.real(r"C:\hybrid_rollout_qualification").exists()
    assert not list(installed.folder.glob("tests/output/.tmp/output_dir/*"))
    until(lambda: not installed.processes(), "the store has ended")


@pytest.mark.parametrize("target", sorted(folder.name for folder in (CHECKOUT / TARGETS).glob("windows_*")))
def test_a_host_that_does_what_it_should_qualifies_and_nothing_is_left_behind(
    installed: Installed, fleet: Fleet, tmp_path: Path, target: str
) -> None:
    host = host_of(fleet)
    done = installed.qualify(fleet, stand_in(tmp_path), target, qualify_port=free_port(host.address))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Prove that Windows runs it") == 2
    assert {call.verdict for call in fleet.journal.calls()} <= {"ok", "failed"}
    assert_nothing_is_left(host, installed)


def test_a_host_that_cannot_start_the_service_does_not_qualify_and_nothing_is_left_behind(
    installed: Installed, fleet: Fleet, tmp_path: Path
) -> None:
    fleet.faults("win1").add("start_1053")
    done = installed.qualify(fleet, stand_in(tmp_path), "windows_release_service", "-vvv")
    assert done.returncode != 0
    assert "(Win32 error 1053)" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr, "and users report it"
    assert_nothing_is_left(host_of(fleet), installed)


def test_what_a_run_that_was_stopped_has_left_is_not_in_the_way(
    installed: Installed, fleet: Fleet, tmp_path: Path
) -> None:
    host, of_the_other = host_of(fleet), r"C:\hybrid_rollout_qualification\releases\1.1"
    place(host, rf"{of_the_other}\rollout-release-{'0' * 64}", "")
    place(host, rf"{of_the_other}\Qualify.exe", "another program")
    name, folder = "hybrid_rollout_qualification", "\\"
    host.tasks.register(Task(name, folder, {"actions": [{"path": rf"{of_the_other}\Qualify.exe"}]}))
    done = installed.qualify(fleet, stand_in(tmp_path), "windows_release_scheduled_task")
    assert done.returncode == 0, done.stdout + done.stderr
    assert_nothing_is_left(host, installed)


def test_a_website_that_goes_on_with_the_old_release_does_not_qualify(
    installed: Installed, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_of(fleet)
    monkeypatch.setattr(host.iis, "renew", lambda _site: None)
    monkeypatch.setattr(host.iis, "recycle", lambda _pool: None)
    port = free_port(host.address)
    done = installed.qualify(fleet, stand_in(tmp_path), "windows_release_iis", qualify_port=port, qualify_seconds=2)
    assert done.returncode != 0
    assert f":{port}/version.txt" in done.stdout
    assert_nothing_is_left(host, installed)


def test_the_program_of_the_guide_is_compiled_and_runs_as_the_service(installed: Installed, tmp_path: Path) -> None:
    mono, program = mono_or_skip(tmp_path), tmp_path / "Qualify.exe"
    mono.compile_as_windows_does([installed.folder / ROLE / "files/Qualify.cs"], program, "System.ServiceProcess")
    with modelled_fleet(["win1"], tmp_path, dotnet=mono.run) as fleet:
        done = installed.qualify(fleet, program, "windows_release_service", qualify_seconds=60)
        assert done.returncode == 0, done.stdout + done.stderr
        assert_nothing_is_left(host_of(fleet), installed)


def test_the_releases_can_come_from_the_users_own_store(installed: Installed, fleet: Fleet, tmp_path: Path) -> None:
    store, program = tmp_path / "store", stand_in(tmp_path)
    store.mkdir()
    subprocess.run([sys.executable, str(CHECKOUT / ROLE / "files/build_releases.py"), store, program], check=True)
    with served(store) as url:
        done = installed.qualify(fleet, program, "windows_release_scheduled_task", qualify_store_url=url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.partition("Serve them to the host")[2].splitlines()[1] == "skipping: [win1]"


def test_the_guide_names_every_target() -> None:
    guide = (CHECKOUT / "docs/qualify_windows.md").read_text(encoding="utf-8")
    there = {folder.name for folder in (CHECKOUT / TARGETS).glob("windows_*")}
    assert there == set(re.findall(r"^\| `(windows_\w+)` \|", guide, re.MULTILINE))
