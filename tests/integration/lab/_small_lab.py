# SPDX-License-Identifier: GPL-3.0-or-later
"""A small lab of a test's own, so that the one people work with is left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
COMMAND = CHECKOUT / "tests" / "lab" / "lab"


class SmallLab:
    """Its hosts are an inventory with places for the bridge and the network, which are each run's own."""

    def __init__(self, place: Path, hosts: str) -> None:
        self.place = place
        self.state = place / "cache" / "lab"
        self.environment = {**os.environ, "HYBRID_ROLLOUT_CACHE": str(place / "cache")}
        self.inventory = place / "inventory" / "hosts.yml"
        # With the connection variables of the checkout's own.
        shutil.copytree(CHECKOUT / "inventories" / "lab" / "group_vars", self.inventory.parent / "group_vars")
        # Two runs of the tests on one machine do not meet.
        self.bridge = f"hrt{os.getpid() % 100000}"
        self.network = f"10.251.{os.getpid() % 256}"
        self.inventory.write_text(hosts.format(bridge=self.bridge, network=self.network))

    def use(self, base: Path) -> None:
        self.state.mkdir(parents=True)
        (self.state / "base").symlink_to(base)

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


def base_of(suites: Sequence[str] = ()) -> Path:
    """The base trees of the machine's own cache; those that are missing are built."""
    if os.geteuid():
        pytest.skip("the lab needs root")
    subprocess.run([COMMAND, "base", *suites], check=True, stdin=subprocess.DEVNULL)
    cache = Path(os.environ.get("HYBRID_ROLLOUT_CACHE") or Path.home() / ".cache" / "hybrid.rollout")
    return cache / "lab" / "base"


@contextmanager
def lab_of(hosts: str) -> Iterator[SmallLab]:
    """A lab that has no base tree yet, and nothing of it stays behind."""
    if os.geteuid():
        pytest.skip("the lab needs root")
    place = Path(tempfile.mkdtemp(prefix="hrlab."))  # short: the path of a connection's socket has about 100 characters
    lab = SmallLab(place, hosts)
    try:
        yield lab
    finally:
        lab.do("down")
    assert lab.ask("leftovers") == (0, "Nothing of the lab is left.\n")
    shutil.rmtree(place)
