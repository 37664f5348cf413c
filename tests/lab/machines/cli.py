# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `lab`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import topology
from .lab import Lab
from .system import LabError

INVENTORY = Path(__file__).resolve().parents[3] / "inventories" / "lab" / "hosts.yml"
COMMANDS = {
    "base": "build the base trees that are missing, of the inventory or of those named (a suite, mono), and start nothing",
    "up": "start every machine of the inventory that is off",
    "down": "remove everything that was started; what was built stays",
    "status": "one line for each machine; 1 if one of them is off or cut off",
    "cpu": "one line for each machine: the CPU seconds it has used",
    "leftovers": "one line for each process, namespace, mount and link of the lab on this machine; 1 if there is one",
    "exec": "run a command inside a machine, also when its cable is cut",
    "kill": "pull a machine's plug",
    "start": "put the plug back in",
    "net-down": "cut a machine's cable",
    "net-up": "mend it",
}
FOR_ONE_HOST = ("exec", "kill", "start", "net-down", "net-up")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="lab", description="Real hosts on this machine, drawn in an inventory.")
    top.add_argument("--inventory", type=Path, default=INVENTORY, metavar="FILE", help="default: %(default)s")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, does in COMMANDS.items():
        command = commands.add_parser(name, help=does)
        if name in FOR_ONE_HOST:
            command.add_argument("host")
        if name == "base":
            command.add_argument("trees", nargs="*", metavar="TREE")
        if name == "exec":
            command.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return top


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    try:
        return carry_out(asked, Lab(topology.read(asked.inventory), topology.state(), say))
    except (LabError, OSError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: interrupted. `lab down` removes what was started, `lab up` goes on.", file=sys.stderr)
        return 130


def carry_out(asked: argparse.Namespace, lab: Lab) -> int:
    if asked.command == "status":
        lines = lab.status()
        print("\n".join(str(line) for line in lines))
        return 0 if all(line.is_well for line in lines) else 1
    if asked.command == "cpu":
        print("\n".join(f"{name:<12} {seconds:.3f}" for name, seconds in lab.cpu_seconds().items()))
        return 0
    if asked.command == "leftovers":
        left = lab.leftovers()
        print("\n".join(left) if left else "Nothing of the lab is left.")
        return 1 if left else 0
    if asked.command == "exec":
        lab.enter(asked.host, asked.words or ["bash"])
    elif asked.command == "base":
        lab.build_bases(asked.trees)
    elif asked.command in FOR_ONE_HOST:
        {"kill": lab.kill, "start": lab.start, "net-down": lab.cut, "net-up": lab.mend}[asked.command](asked.host)
    else:
        {"up": lab.up, "down": lab.down}[asked.command]()
    return 0


def say(line: str) -> None:
    print(f"lab: {line}", flush=True)
