# SPDX-License-Identifier: GPL-3.0-or-later
"""A second, small lab of the tests' own, so that the one people work with is left alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
COMMAND = CHECKOUT / "tests" / "lab" / "lab"
HOSTS = """\
all:
  vars:
    lab_bridge: {bridge}
    lab_controller_address: {network}.1/24
    lab_suite: bookworm
  hosts:
    app1:
      ansible_host: {network}.21
    app2:
      ansible_host: {network}.22
"""
NUMBERS = {"app1": 21, "app2": 22}


class SmallLab:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.state = place / "cache" / "lab"
        self.environment = {**os.environ, "HYBRID_ROLLOUT_CACHE": str(place / "cache")}
        self.inventory = place / "inventory" / "hosts.yml"
        # With the connection variables of the checkout's own.
        shutil.copytree(CHECKOUT / "inventories" / "lab" / "group_vars", self.inventory.parent / "group_vars")
        # Two runs of the tests on one machine do not meet.
        self.bridge = f"hrt{os.getpid() % 100000}"
        self.network = f"10.251.{os.getpid() % 256}"
        self.inventory.write_text(HOSTS.format(bridge=self.bridge, network=self.network))

    def answers(self, name: str) -> bool:
        """Whether the host's sshd does, over the network."""
        try:
            with socket.create_connection((f"{self.network}.{NUMBERS[name]}", 22), timeout=1) as door:
                return door.recv(4) == b"SSH-"
        except OSError:
            return False

    def begin(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(COMMAND), f"--inventory={self.inventory}", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, *words: str) -> tuple[int, str]:
        command = self.begin(*words)
        said, _nothing = command.communicate(timeout=280)
        return command.returncode, said

    def do(self, *words: str) -> str:
        status, said = self.ask(*words)
        assert status == 0, f"lab {' '.join(words)} ended with {status}: {said}"
        return said

    def ansible(self, module: str, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ansible", "all", f"--inventory={self.inventory}", f"--module-name={module}", *more],
            env=self.environment,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="session")
def base() -> Path:
    """The base tree of the machine's own cache, built if it is not there."""
    if os.geteuid():
        pytest.skip("the lab needs root")
    subprocess.run([COMMAND, "base"], check=True, stdin=subprocess.DEVNULL)
    cache = Path(os.environ.get("HYBRID_ROLLOUT_CACHE") or Path.home() / ".cache" / "hybrid.rollout")
    return cache / "lab" / "base"


@pytest.fixture
def empty_lab() -> Iterator[SmallLab]:
    """A lab that has no base tree yet."""
    if os.geteuid():
        pytest.skip("the lab needs root")
    place = Path(tempfile.mkdtemp(prefix="hrlab."))  # short: the path of a connection's socket has about 100 characters
    lab = SmallLab(place)
    yield lab
    lab.do("down")
    assert lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")
    shutil.rmtree(place)


@pytest.fixture
def small_lab(empty_lab: SmallLab, base: Path) -> SmallLab:
    empty_lab.state.mkdir(parents=True)
    (empty_lab.state / "base").symlink_to(base)
    return empty_lab
