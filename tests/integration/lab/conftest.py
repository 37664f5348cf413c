# SPDX-License-Identifier: GPL-3.0-or-later
"""A second, small lab of the tests' own, so that the one people work with is left alone."""

from __future__ import annotations

import os
import shutil
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
    lab_bridge: hrtest0
    lab_controller_address: 10.251.77.1/24
    lab_suite: {suite}
  hosts:
    app1:
      ansible_host: 10.251.77.21
    app2:
      ansible_host: 10.251.77.22
"""


class SmallLab:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.state = place / "cache" / "lab"
        self.environment = {**os.environ, "HYBRID_ROLLOUT_CACHE": str(place / "cache")}
        self.inventory = self.draw("bookworm")

    def draw(self, suite: str) -> Path:
        """An inventory with the connection variables of the checkout's own."""
        inventory = self.place / suite
        shutil.copytree(CHECKOUT / "inventories" / "lab" / "group_vars", inventory / "group_vars")
        (inventory / "hosts.yml").write_text(HOSTS.format(suite=suite))
        return inventory / "hosts.yml"

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
