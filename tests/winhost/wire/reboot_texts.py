# SPDX-License-Identifier: GPL-3.0-or-later
"""The four things that the installed win_reboot says, read out of its source: no text is copied here, and a new version with other
words is refused instead of guessed at."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path

import ansible.constants

from ..modelled_host import ModelledHost
from .known_text import KnownText, pattern_of
from .outcome import Outcome, printed
from .restarts import Restarts

_FILETIME_OF_1970, _TICKS_PER_SECOND = 11_644_473_600, 10_000_000


def installed(restarts: Restarts) -> list[KnownText]:
    """Of the ansible.windows that Ansible finds first; nothing where there is none."""
    for folder in ansible.constants.config.get_config_value("COLLECTIONS_PATHS"):
        source = Path(folder, "ansible_collections/ansible/windows/plugins/plugin_utils/_reboot.py")
        if source.exists():
            return read(source, restarts)
    return []


def read(source: Path, restarts: Restarts) -> list[KnownText]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names = _constants(tree)
    texts = [_text(node, names) for node in ast.walk(tree) if isinstance(node, (ast.Constant, ast.JoinedStr))]
    tail = _the_one(texts, "; If (-not $?)")
    boot_time = _the_one(texts, ".ToFileTime()")
    start = _the_one(texts, "shutdown.exe /r")
    abort = _the_one(texts, "shutdown.exe /a")
    test = _the_one(texts, "Get-Item -LiteralPath")
    return [
        KnownText("boot time", pattern_of(boot_time + tail, {}), _boot_time),
        KnownText("reboot", _percent_pattern(start, tail), lambda host, holes: _reboot(restarts, host, holes)),
        KnownText("abort reboot", pattern_of(abort + tail, {}), lambda host, _: _abort(restarts, host)),
        KnownText("logged on", pattern_of(test + tail, {"HOLE": "[\\w-]+"}), _logged_on),
    ]


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _text(node: ast.Constant | ast.JoinedStr, names: Mapping[str, str]) -> str:
    """A literal; in an f-string names of the module's constants are put in, and anything else is a HOLE."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            parts.append(names.get(ast.unparse(part.value), "HOLE"))
        else:
            parts.append(_text(part, names) if isinstance(part, ast.Constant) else "")
    return "".join(parts)


def _the_one(texts: list[str], part: str) -> str:
    found = {text for text in texts if part in text}
    longest = max(found, key=len, default="")
    if not longest or any(text not in longest for text in found):
        raise LookupError(f"winhost: the installed win_reboot has no single text with {part!r}: its model needs review")
    return longest


def _percent_pattern(text: str, tail: str) -> re.Pattern[str]:
    """%s stands for: whether to remove the key, the key, the seconds, the message."""
    holes = iter(("REMOVEHOLE", "KEYHOLE", "SECONDSHOLE", "MESSAGEHOLE"))
    named = re.sub("%s", lambda _: next(holes), text)
    allowed = {"REMOVEHOLE": "True|False", "KEYHOLE": "[^']*", "SECONDSHOLE": "\\d+", "MESSAGEHOLE": "'(?:[^']|'')*'"}
    return pattern_of(named + tail, allowed)


def _boot_time(host: ModelledHost, _holes: Mapping[str, str]) -> Outcome:
    return printed(str(int((host.boot_time + _FILETIME_OF_1970) * _TICKS_PER_SECOND)))


def _reboot(restarts: Restarts, host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    already_scheduled = not restarts.begin(host, int(holes["SECONDSHOLE"]))
    rc, words = (1190, "A system shutdown has already been scheduled.(1190)") if already_scheduled else (0, "")
    return printed(json.dumps({"stdout": "", "stderr": words, "rc": rc}))


def _abort(restarts: Restarts, host: ModelledHost) -> Outcome:
    return Outcome("ok", 0) if restarts.abort(host) else Outcome("failed", 1116)


def _logged_on(_host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    return printed(holes["HOLE"])
