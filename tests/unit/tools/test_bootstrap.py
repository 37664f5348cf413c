# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bootstrap says and does where something is missing; nothing is installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
NEEDED = ["sh", "cat", "cksum", "cut", "date", "dirname", "flock", "getent", "id", "ln", "mkdir", "readlink", "uname"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with little more than a shell on it, and an apt-get that notes what it is asked for and cannot do it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        (programs / name).symlink_to(str(shutil.which(name)))
    stand_in(
        programs / "apt-get",
        f'echo "$*" >>{tmp_path}/apt; [ "$1" = update ] || {{ echo "no such luck" >&2; exit 100; }}',
    )
    return tmp_path


def stand_in(path: Path, body: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def bootstrap(machine: Path, what: str, user: int = 0) -> subprocess.CompletedProcess[str]:
    stand_in(machine / "bin/id", f"echo {user}")
    env = {"PATH": str(machine / "bin"), "HYBRID_ROLLOUT_CACHE": str(machine / "cache"), "HOME": str(machine)}
    return subprocess.run(
        [str(CHECKOUT / "tests/tools/bootstrap"), what],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        cwd=os.sep,
    )


def test_the_lab_is_refused_at_once_to_anybody_but_root(machine: Path) -> None:
    done = bootstrap(machine, "test", user=1000)
    assert done.returncode == 1
    assert "only root can make" in done.stderr
    assert not (machine / "apt").exists()


def test_a_missing_package_is_named_with_its_reason_and_only_that_is_asked_for(machine: Path) -> None:
    done = bootstrap(machine, "check")
    assert done.returncode == 1
    assert "git is missing: the Debian package git has it (lists the files" in done.stdout
    assert (machine / "apt").read_text().splitlines() == ["update -q", "install -q -y --no-install-recommends git"]
    assert "no such luck" in done.stderr
    assert "apt-get could not install git" in done.stderr


def test_whoever_is_not_root_is_told_what_to_install(machine: Path) -> None:
    done = bootstrap(machine, "check", user=1000)
    assert done.returncode == 1
    assert "as root: apt-get install git" in done.stderr
    assert not (machine / "apt").exists()


def test_another_system_than_debian_is_told_which_commands_are_missing(machine: Path) -> None:
    (machine / "bin/apt-get").unlink()
    done = bootstrap(machine, "check")
    assert done.returncode == 1
    assert "git is missing" in done.stdout
    assert "not a Debian machine" in done.stderr


def test_an_unknown_word_is_answered_with_the_known_ones(machine: Path) -> None:
    done = bootstrap(machine, "everything")
    assert done.returncode == 1
    assert "which of check, demo, test?" in done.stderr
