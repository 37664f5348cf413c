# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs out of an unpacked tree of the cache, each with mounts and process numbers of its own.

The tree is read-only to them and a folder of the test is their /srv. When the test is killed, they are: nothing stays.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import base, kept, topology, unpacked

SECONDS_TO_ANSWER = 60.0


def tree_or_skip(name: str) -> Path:
    tree = base.tree(topology.state(), name)
    if os.geteuid() or not kept.is_made(tree, unpacked.recipe(name)):
        pytest.skip(f"no tree of real systems: `tests/lab/lab base {name}` makes it; they start as root")
    return tree


class Room:
    """A folder that is the /srv of the programs of one monitoring system, and an end to all of them."""

    def __init__(self, home: Path, tree: str = "monitoring") -> None:
        self.home, self._tree = home, tree_or_skip(tree)
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        home.chmod(0o755)

    def write(self, **files: str) -> None:
        """Each text into the file of its name, with a dot for the last underscore."""
        for name, text in files.items():
            (self.home / ".".join(name.rsplit("_", 1))).write_text(text, encoding="utf-8")

    def entered(self, *command: str) -> list[str]:
        return ["setpriv", "--pdeathsig", "KILL", *unpacked.entered(self._tree, self.home, *command)]

    def run(self, *command: str) -> str:
        done = subprocess.run(self.entered(*command), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, name: str, *command: str) -> None:
        with (self.home / f"{name}.out").open("ab") as words:
            program = subprocess.Popen(
                self.entered(*command), stdin=subprocess.DEVNULL, stdout=words, stderr=words, start_new_session=True
            )
        self._programs[name] = program

    def namespace_of(self, name: str) -> str:
        """Where the processes of a program have their numbers."""
        return os.readlink(f"/proc/{self._programs[name].pid}/ns/pid_for_children")

    def kill(self, name: str) -> None:
        program = self._programs.pop(name)
        program.kill()
        program.wait()

    def stop(self) -> None:
        for name in list(self._programs):
            self.kill(name)

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Polls with a deadline; a program that ended is told with its last words at once."""
        end = time.monotonic() + SECONDS_TO_ANSWER
        while not holds():
            for name, program in self._programs.items():
                assert program.poll() is None, f"{name} ended: {self.words_of(name)}"
            assert time.monotonic() < end, f"waited {SECONDS_TO_ANSWER:g} s in vain: {what}"
            time.sleep(0.05)

    def words_of(self, name: str) -> str:
        return (self.home / f"{name}.out").read_text(errors="replace")[-2000:]


def inhabitants(namespace: str) -> Iterator[str]:
    """The processes whose numbers are of this namespace."""
    for place in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            if os.readlink(place) == namespace:
                yield place.parts[2]
        except OSError:
            continue  # it has gone meanwhile


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def login(user: str, password: str) -> dict[str, str]:
    """The header of basic authentication."""
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
