# SPDX-License-Identifier: GPL-3.0-or-later
"""A program's word counts: its return code and what it prints, without a shell in between."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def asked(gate: Any, *argv: str, seconds: float = 60.0, **command: Any) -> dict[str, Any]:
    target = {"name": "app1", "command": {"argv": list(argv), **command}}
    result = gate(target, consecutive_successes=1, request_timeout_seconds=seconds)
    return {**result["targets"][0]["last"], "verdict": result["verdict"], "asked": result["targets"][0]["asked"]}


def test_a_program_that_ends_well_passes_with_what_it_printed(gate: Any) -> None:
    last = asked(gate, sys.executable, "-c", "print('queue empty')", stdout_contains="queue empty")
    assert (last["verdict"], last["value"], last["body_excerpt"]) == ("passed", {"rc": 0}, "queue empty\n")


@pytest.mark.parametrize(
    ("program", "command", "reason"),
    [
        ("raise SystemExit('no disk')", {}, "return code 1, expected 0: no disk"),
        ("raise SystemExit(3)", {"rc": [0, 2]}, "return code 3, expected 0 or 2: "),
        ("print('busy')", {"stdout_contains": "ready"}, "the output does not contain 'ready': busy"),
    ],
)
def test_a_program_that_says_something_else_fails_in_its_own_words(
    gate: Any, program: str, command: dict[str, Any], reason: str
) -> None:
    last = asked(gate, sys.executable, "-c", program, **command)
    assert (last["verdict"], last["reason"]) == ("failed", reason)


def test_another_return_code_can_be_the_good_one(gate: Any) -> None:
    assert asked(gate, sys.executable, "-c", "raise SystemExit(2)", rc=[2])["verdict"] == "passed"


def test_words_reach_the_program_as_they_are_and_no_shell_reads_them(gate: Any, tmp_path: Path) -> None:
    words = f"$HOME `id`; touch {tmp_path}/made | cat > {tmp_path}/made"
    last = asked(gate, sys.executable, "-c", "import sys; print(sys.argv[1])", words, stdout_contains=words)
    assert last["verdict"] == "passed"
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_hangs_is_ended_with_what_it_has_started(gate: Any, tmp_path: Path) -> None:
    number = tmp_path / "number"
    program = (
        "import subprocess, sys, pathlib; child = subprocess.Popen(['sleep', '600']); "
        f"pathlib.Path({str(number)!r}).write_text(str(child.pid)); child.wait()"
    )
    seconds = 1.0
    while not number.exists():  # a slow machine may need longer to get as far as that
        last = asked(gate, sys.executable, "-c", program, seconds=seconds)
        assert (last["verdict"], last["error"]) == ("failed", f"no end within {seconds:g} s")
        seconds *= 2
    end = time.monotonic() + 30
    while running(int(number.read_text(encoding="ascii"))):
        assert time.monotonic() < end, "the child of the program is still there"
        time.sleep(0.02)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return ") Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")


@pytest.mark.parametrize("program", ["/nowhere/program", "/etc/passwd"])
def test_a_program_that_cannot_be_started_says_nothing_about_the_application(gate: Any, program: str) -> None:
    last = asked(gate, program)
    assert last["verdict"] == "could_not_ask"
    assert f"{program} could not be started" in last["reason"]


def test_a_program_runs_in_the_folder_that_was_named(gate: Any, tmp_path: Path) -> None:
    program = "import os; print(os.getcwd())"
    assert (
        asked(gate, sys.executable, "-c", program, chdir=str(tmp_path), stdout_contains=str(tmp_path))["verdict"]
        == "passed"
    )
    assert asked(gate, sys.executable, "-c", program, chdir="/nowhere")["verdict"] == "could_not_ask"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"argv": []}, "command without a program"),
        ({"argv": [""]}, "command without a program"),
        ({"argv": ["true", "a\0b"]}, "a zero byte"),
        ({"argv": ["true"], "rc": []}, "accepts no return code"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_run(gate: Any, command: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        gate({"name": "app1", "command": command})
    with pytest.raises(BadInput, match="headers, which the probe command does not send"):
        gate({"name": "app1", "command": {"argv": ["true"]}, "headers": {"a": "b"}})
