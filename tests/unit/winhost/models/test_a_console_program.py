# SPDX-License-Identifier: GPL-3.0-or-later
"""A console program that NSSM runs as a service, and what the registry tells of it."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import answer, answers, do, place, program
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

NSSM, REGISTRY, SERVICE = "community.windows.win_nssm", "ansible.windows.win_reg_stat", "ansible.windows.win_service"
PARAMETERS = r"HKLM:\SYSTEM\CurrentControlSet\Services\quotes\Parameters"


def image(version: str) -> str:
    return rf"C:\apps\{version}\quotes.exe"


@pytest.fixture
def installed(host: Host, port: int) -> Host:
    for version in ("1.0.0", "1.1.0"):
        place(host, image(version), program(version))
    made = do(host, NSSM, name="quotes", application=image("1.0.0"), arguments=str(port), state="started")
    assert made["changed"]
    return host


def test_it_answers_and_is_stopped_like_any_service(installed: Host, port: int) -> None:
    assert answers(installed.address, port, "1.0.0")
    assert do(installed, SERVICE, name="quotes", state="stopped")["changed"]
    assert answer(installed.address, port) == ""
    assert do(installed, SERVICE, name="quotes")["path"].endswith("nssm.exe")


def test_another_application_runs_after_a_restart_and_not_before(installed: Host, port: int) -> None:
    assert answers(installed.address, port, "1.0.0")
    told = do(installed, NSSM, name="quotes", application=image("1.1.0"), state="started")
    assert (told["changed"], told["changed_by"]) == (True, "AppDirectory")
    assert answer(installed.address, port) == "1.0.0"
    do(installed, NSSM, name="quotes", application=image("1.1.0"), state="restarted")
    assert answers(installed.address, port, "1.1.0")


def test_the_same_again_changes_nothing_and_what_is_left_out_stays(installed: Host, port: int) -> None:
    log = r"C:\logs\quotes.log"
    assert do(installed, NSSM, name="quotes", application=image("1.0.0"), stdout_file=log)["changed"]
    assert not do(installed, NSSM, name="quotes", application=image("1.0.0"), state="started")["changed"]
    told = do(installed, REGISTRY, path=PARAMETERS)["properties"]
    assert {name: entry["value"] for name, entry in told.items()} == {
        "Application": image("1.0.0"),
        "AppDirectory": r"C:\apps\1.0.0",
        "AppParameters": str(port),
        "AppStdout": log,
    }


def test_a_start_mode_that_is_not_named_becomes_automatic(installed: Host) -> None:
    do(installed, SERVICE, name="quotes", start_mode="manual")
    assert do(installed, NSSM, name="quotes", application=image("1.0.0"))["changed_by"] == "start_mode"
    assert do(installed, SERVICE, name="quotes")["start_mode"] == "auto"


def test_check_mode_leaves_it_as_it_is(installed: Host, port: int) -> None:
    assert answers(installed.address, port, "1.0.0")
    assert do(installed, NSSM, check=True, name="quotes", application=image("1.1.0"), state="stopped")["changed"]
    assert do(installed, NSSM, check=True, name="front", application=image("1.1.0"))["changed"]
    assert do(installed, NSSM, check=True, name="quotes", state="absent")["changed"]
    assert answer(installed.address, port) == "1.0.0"
    assert do(installed, REGISTRY, path=PARAMETERS, name="application")["value"] == image("1.0.0")
    assert installed.services.find("front") is None


def test_what_windows_says_to_a_start_is_in_the_log_of_nssm(installed: Host) -> None:
    installed.faults.add("disabled_1058")
    with pytest.raises(ModuleFailed, match='^Error starting service "quotes"$') as failed:
        do(installed, NSSM, name="quotes", application=image("1.0.0"), state="restarted")
    assert "Win32 error 1058" in failed.value.result["nssm_error_log"]
    assert failed.value.result["nssm_error_cmd"] == "nssm.exe start quotes"


def test_an_application_that_is_not_there_is_told_before_anything_changes(installed: Host, port: int) -> None:
    with pytest.raises(ModuleFailed, match="does not exist on the host"):
        do(installed, NSSM, name="quotes", application=image("9.9.9"), state="restarted")
    with pytest.raises(ModuleFailed, match="must be defined"):
        do(installed, NSSM, name="quotes", state="started")
    assert answers(installed.address, port, "1.0.0")


def test_removed_it_ends_and_the_registry_has_no_key_of_it(installed: Host, port: int) -> None:
    assert do(installed, NSSM, name="quotes", state="absent")["changed"]
    assert answer(installed.address, port) == ""
    assert do(installed, REGISTRY, path=PARAMETERS) == {"changed": False, "exists": False}
    assert not do(installed, NSSM, name="quotes", state="absent")["changed"]


def test_what_is_not_modelled_is_refused(installed: Host) -> None:
    installed.services.create("spooler", r"C:\Windows\System32\spoolsv.exe")
    with pytest.raises(ModuleFailed, match="^winhost: .*no service of NSSM"):
        do(installed, NSSM, name="spooler", application=image("1.0.0"))
    with pytest.raises(ModuleFailed, match="^winhost: .* as a list"):
        do(installed, NSSM, name="quotes", application=image("1.0.0"), arguments=["--port", "80"])
    with pytest.raises(ModuleFailed, match="^winhost: no key of the registry is modelled but"):
        do(installed, REGISTRY, path=r"HKLM:\SOFTWARE\Quotes")
    with pytest.raises(ModuleFailed, match="is not a valid registry path"):
        do(installed, REGISTRY, path=r"HKLM\SOFTWARE\Quotes")
