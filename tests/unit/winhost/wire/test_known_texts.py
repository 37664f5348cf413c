# SPDX-License-Identifier: GPL-3.0-or-later
"""What the installed shell plugin and the installed win_reboot say is known; the slightest other word is not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import shell_loader
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import SmallHost, small_engine
from ansible_collections.hybrid.rollout.tests.winhost.wire import reboot_texts
from ansible_collections.hybrid.rollout.tests.winhost.wire.journal import Record
from ansible_collections.hybrid.rollout.tests.winhost.wire.known_text import answer
from ansible_collections.hybrid.rollout.tests.winhost.wire.outcome import Outcome
from ansible_collections.hybrid.rollout.tests.winhost.wire.restarts import Restarts

from . import sent

SOURCE = '''
_KEY = "HKLM:/AutoLogonChecked"
_BOOT = "(Get-Boot)" ".ToFileTime()"
def reboot(expected, command):
    start = r"""if ($%s) { Remove '%s' }
    shutdown.exe /r /t %s /c %s""" % (1, 2, 3, 4)
    test = f"Get-Item -LiteralPath '{_KEY}'; '{expected}'"
    script = command + "; If (-not $?) { exit 1 }"
    return start, test, script, "shutdown.exe /a"
'''
TAIL = "; If (-not $?) { exit 1 }"


@pytest.fixture
def host(tmp_path: Path) -> SmallHost:
    return SmallHost("win1", "127.0.1.1", tmp_path, boot_time=0.0)


def run(host: SmallHost, command: str) -> Outcome:
    return small_engine().carry_out(host, command, b"", Record(host.name, 1))


def test_a_tree_is_removed_by_what_the_shell_plugin_says(host: SmallHost) -> None:
    tree = host.drives.real("C:\\Temp\\it's")
    (tree / "sub").mkdir(parents=True)
    shell: Any = shell_loader.get("powershell")
    assert run(host, shell.exists("C:\\Temp\\it's")).exit_code == 0
    assert run(host, shell.exists("C:\\Temp")).exit_code == 0
    assert run(host, shell.exists("C:\\Temp\\of many")).exit_code == 1
    assert run(host, shell.remove("C:\\Temp\\it's", recurse=True)).verdict == "ok"
    assert not tree.exists()
    assert run(host, shell.exists("C:\\Temp\\it's")).exit_code == 1


def test_a_removal_with_another_word_is_unknown(host: SmallHost) -> None:
    shell: Any = shell_loader.get("powershell")
    said = base64.b64decode(shell.remove("C:\\Temp", recurse=True).split()[-1]).decode("utf-16-le")
    assert run(host, sent.line(said)).verdict == "ok"
    assert run(host, sent.line(f"{said}\nGet-Date")).verdict == "refused"
    assert run(host, sent.line(said.replace("-Force", "-WhatIf"))).verdict == "refused"


@pytest.fixture
def restarts() -> Restarts:
    return Restarts(lambda _: None, lambda _: None)


@pytest.fixture
def texts(tmp_path: Path, restarts: Restarts) -> list[Any]:
    (tmp_path / "reboot.py").write_text(SOURCE)
    return list(reboot_texts.read(tmp_path / "reboot.py", restarts))


def test_the_boot_time_is_told_in_windows_ticks(host: SmallHost, texts: list[Any]) -> None:
    name, said = answer(host, "(Get-Boot).ToFileTime()" + TAIL, texts)
    assert (name, said.stdout) == ("boot time", "116444736000000000\r\n")


def test_a_restart_that_is_coming_refuses_another_and_can_be_called_off(host: SmallHost, texts: list[Any]) -> None:
    start = "if ($False) { Remove 'x' }\n    shutdown.exe /r /t 600 /c 'it''s time'" + TAIL
    assert json.loads(answer(host, start, texts)[1].stdout)["rc"] == 0
    assert json.loads(answer(host, start, texts)[1].stdout)["rc"] == 1190
    assert answer(host, "shutdown.exe /a" + TAIL, texts)[1].exit_code == 0
    assert answer(host, "shutdown.exe /a" + TAIL, texts)[1].exit_code == 1116


def test_whether_somebody_can_log_on_is_answered_in_the_word_that_was_asked_for(
    host: SmallHost, texts: list[Any]
) -> None:
    name, said = answer(host, "Get-Item -LiteralPath 'HKLM:/AutoLogonChecked'; 'success-1'" + TAIL, texts)
    assert (name, said.stdout) == ("logged on", "success-1\r\n")


def test_a_win_reboot_with_other_words_is_up_for_review(tmp_path: Path, restarts: Restarts) -> None:
    (tmp_path / "reboot.py").write_text(SOURCE.replace("shutdown.exe /r", "Restart-Computer"))
    with pytest.raises(LookupError, match="needs review"):
        reboot_texts.read(tmp_path / "reboot.py", restarts)
