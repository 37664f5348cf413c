# SPDX-License-Identifier: GPL-3.0-or-later
"""A junction is switched by words of cmd.exe; what is not known is refused and not guessed."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import do, place
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import ModuleFailed

COMMAND, STAT, FILE = "ansible.windows.win_command", "ansible.windows.win_stat", "ansible.windows.win_file"
CURRENT = r"C:\apps\quotes\current"


@pytest.fixture
def releases(host: Host) -> Host:
    for version in ("1.0.0", "1.1.0"):
        place(host, rf"C:\apps\quotes\releases\{version}\version.txt", version)
    assert link(host, "1.0.0")["rc"] == 0
    return host


def link(host: Host, version: str) -> dict[str, object]:
    return do(host, COMMAND, argv=["cmd.exe", "/c", "mklink", "/J", CURRENT, target(version)])


def target(version: str) -> str:
    return rf"C:\apps\quotes\releases\{version}"


def behind(host: Host) -> str:
    return host.drives.real(rf"{CURRENT}\version.txt").read_text(encoding="utf-8")


def test_a_junction_is_switched_in_one_command(releases: Host) -> None:
    assert behind(releases) == "1.0.0"
    switched = do(releases, COMMAND, cmd=f'cmd.exe /c rd "{CURRENT}" && mklink /J "{CURRENT}" "{target("1.1.0")}"')
    assert "Junction created" in switched["stdout"]
    assert behind(releases) == "1.1.0"
    told = do(releases, STAT, path=CURRENT)["stat"]
    assert (told["isjunction"], told["lnk_target"]) == (True, target("1.1.0"))
    assert do(releases, STAT, path=CURRENT, follow=True)["stat"]["path"] == target("1.1.0")


def test_removing_a_junction_leaves_the_release(releases: Host) -> None:
    assert do(releases, FILE, path=CURRENT, state="absent")["changed"]
    assert not releases.drives.real(CURRENT).exists()
    assert releases.drives.real(rf"{target('1.0.0')}\version.txt").exists()


def test_a_junction_is_not_made_over_another(releases: Host) -> None:
    with pytest.raises(ModuleFailed, match="non-zero return code") as failed:
        link(releases, "1.1.0")
    assert "already exists" in failed.value.result["stderr"]
    assert behind(releases) == "1.0.0"


def test_a_move_onto_a_junction_goes_into_what_it_leads_to(releases: Host) -> None:
    new = r"C:\apps\quotes\next"
    do(releases, COMMAND, argv=["cmd.exe", "/c", "mklink", "/J", new, target("1.1.0")])
    do(releases, COMMAND, argv=["cmd.exe", "/c", "move", "/Y", new, CURRENT])
    assert behind(releases) == "1.0.0"
    assert releases.drives.real(rf"{target('1.0.0')}\next").is_symlink()


def test_a_program_that_runs_can_be_renamed_but_not_its_folder(releases: Host) -> None:
    place(releases, rf"{target('1.0.0')}\quotes.exe", "#!/bin/sh\nexec sleep 600\n")
    releases.services.start(releases.services.create("quotes", rf"{CURRENT}\quotes.exe"))
    move = ["cmd.exe", "/c", "move", "/Y", target("1.0.0"), r"C:\apps\quotes\old"]
    with pytest.raises(ModuleFailed) as failed:
        do(releases, COMMAND, argv=move)
    assert "Access is denied" in failed.value.result["stderr"]
    program = rf"{target('1.0.0')}\quotes.exe"
    assert do(releases, COMMAND, argv=["cmd.exe", "/c", "move", "/Y", program, program + ".old"])["rc"] == 0
    releases.services.kill_all()
    assert do(releases, COMMAND, argv=move)["rc"] == 0


def test_a_folder_with_files_is_not_removed_by_rd(releases: Host) -> None:
    with pytest.raises(ModuleFailed) as failed:
        do(releases, COMMAND, argv=["cmd.exe", "/c", "rd", target("1.0.0")])
    assert failed.value.result["rc"] == 145
    assert behind(releases) == "1.0.0"


@pytest.mark.parametrize(
    "line",
    [
        "ipconfig",
        "cmd.exe /c dir",
        r"cmd.exe /c rd /s /q C:\apps",
        r"cmd.exe /c mklink /D C:\a C:\b",
        "cmd.exe /k",
        'cmd.exe /c ""',
    ],
)
def test_every_other_command_is_refused(releases: Host, line: str) -> None:
    with pytest.raises(ModuleFailed, match="^winhost: command not modelled"):
        do(releases, COMMAND, cmd=line)
    assert behind(releases) == "1.0.0"


def test_a_command_is_skipped_when_what_it_creates_is_there(releases: Host) -> None:
    assert do(releases, COMMAND, cmd="cmd.exe /c dir", creates=CURRENT)["skipped"]
    assert do(releases, COMMAND, cmd="cmd.exe /c dir", removes=r"C:\nowhere")["skipped"]
