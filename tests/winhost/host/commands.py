# SPDX-License-Identifier: GPL-3.0-or-later
"""The few words of cmd.exe that a switch of releases needs: mklink /J, rd, move, joined by &&. All else is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import is_junction
from .host import Host
from .processes import split_command_line
from .win32 import NotModelled, Win32Error

CMD = {"cmd", "cmd.exe", r"c:\windows\system32\cmd.exe"}

RD = {("rd",), ("rd", "/q"), ("rmdir",), ("rmdir", "/q")}


@dataclass(frozen=True)
class Outcome:
    code: int
    stdout: str = ""
    stderr: str = ""


def run(host: Host, line: str) -> Outcome:
    program, *words = split_command_line(line.replace("&&", " && "))
    if program.lower() not in CMD or not words or words[0].lower() != "/c":
        raise NotModelled(f"command not modelled: {line}")
    rest = words[1:]
    if len(rest) == 1:
        rest = split_command_line(rest[0].replace("&&", " && "))
    printed = ""
    for part in _split(rest):
        outcome = _run_one(host, part, line)
        printed += outcome.stdout
        if outcome.code:
            return Outcome(outcome.code, printed, outcome.stderr)
    return Outcome(0, printed)


def _split(words: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _run_one(host: Host, words: Sequence[str], line: str) -> Outcome:
    options = {word.lower() for word in words[1:] if word.startswith("/")}
    names = [word for word in words[1:] if not word.startswith("/")]
    order = (words[0].lower() if words else "", *sorted(options))
    try:
        if order == ("mklink", "/j") and len(names) == 2:
            return _mklink(host, *names)
        if order in RD and len(names) == 1:
            return _rd(host, *names)
        if order == ("move", "/y") and len(names) == 2:
            return _move(host, *names)
    except Win32Error as refused:
        return Outcome(1, stderr=f"{refused.words}\r\n")
    raise NotModelled(f"command not modelled: {line}")


def _mklink(host: Host, junction: str, target: str) -> Outcome:
    host.files.link(host.drives.real(junction), host.drives.real(target))
    return Outcome(0, f"Junction created for {junction} <<===>> {target}\r\n")


def _rd(host: Host, folder: str) -> Outcome:
    real = host.drives.real(folder)
    if is_junction(real):
        host.files.remove(real)
    elif not real.exists():
        return _refusal(2)
    elif not real.is_dir():
        return _refusal(267)
    elif any(real.iterdir()):
        return _refusal(145)
    else:
        real.rmdir()
    return Outcome(0)


def _move(host: Host, source: str, target: str) -> Outcome:
    """Onto a folder or a junction means into it, as in cmd.exe: a junction is never replaced by a move."""
    origin, goal = host.drives.real(source), host.drives.real(target)
    if not origin.exists() and not is_junction(origin):
        return Outcome(1, stderr="The system cannot find the file specified.\r\n")
    host.files.move(origin, _inside(goal, origin) if goal.is_dir() else goal)
    return Outcome(
        0, "        1 dir(s) moved.\r\n" if is_junction(goal) or goal.is_dir() else "        1 file(s) moved.\r\n"
    )


def _inside(folder: Path, entry: Path) -> Path:
    return folder / entry.name


def _refusal(number: int) -> Outcome:
    error = Win32Error(number)
    return Outcome(number, stderr=f"{error.words}\r\n")
