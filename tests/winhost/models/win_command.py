# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_command, for the commands that the host knows."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ..host.commands import CMD, run
from ..host.host import Host
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    line = _line(call)
    result: dict[str, Any] = {"changed": False, "cmd": line, "rc": 0}
    creates, removes = call.get("creates"), call.get("removes")
    if creates and host.drives.real(creates).exists():
        return {**result, "skipped": True, "msg": f"skipped, since {creates} exists"}
    if removes and not host.drives.real(removes).exists():
        return {**result, "skipped": True, "msg": f"skipped, since {removes} does not exist"}
    start = datetime.now(timezone.utc)
    outcome = run(host, line)
    end = datetime.now(timezone.utc)
    result |= {
        "changed": True,
        "rc": outcome.code,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "start": f"{start:%Y-%m-%d %H:%M:%S.%f}",
        "end": f"{end:%Y-%m-%d %H:%M:%S.%f}",
        "delta": str(end - start),
    }
    if outcome.code:
        raise ModuleFailed("non-zero return code", result)
    return result


def _line(call: Call) -> str:
    whole = call.get("cmd") or call.get("_raw_params")
    if whole:
        return str(whole).strip()
    program, *rest = call.arguments["argv"]
    if program.lower() in CMD:
        program = r"C:\Windows\System32\cmd.exe"
    return " ".join(f'"{word}"' if " " in word or not word else word for word in (program, *rest))


MODEL = Model(
    module="ansible.windows.win_command",
    honours=frozenset({"cmd", "_raw_params", "argv", "creates", "removes"}),
    script_sha256={
        "9655a1800659ff3f3625b5130ce54f5899f2053510c880e4bd5bbc2da2e7d455": "3.3.0, 3.8.0",
    },
    differences=(
        "only cmd.exe /c with mklink /J, rd (no /s), move /Y, joined by &&; every other command is refused",
        "exit codes of these commands are from public documentation",
    ),
    carry_out=carry_out,
)
