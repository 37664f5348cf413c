# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger fails in the middle of a rollout: nothing is done that cannot be written down, and the same command goes on afterwards.

Needs root, the lab, and the tree of `tests/lab/lab base postgresql`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

HOW: dict[str, Any] = {"rollout_canary": 0, "rollout_batch": "2", "rollout_bake_seconds": 0.5}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for a ledger and little else."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096) == 4096:
                pass
    except OSError:
        pass  # that is what it is for
    yield
    filler.unlink()


def test_its_disk_is_full(small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "LEDGER", str(small_disk / "ledger.sqlite3"))
    with fleet.Traffic(tmp_path / "traffic") as traffic:
        with fleet.Later("activate", lambda: full(small_disk)):
            stopped = fleet.deploy("1.1", rollout_ledger=fleet.LEDGER, **HOW)
            assert stopped.exit_code != 0
            assert "Nothing is done that cannot be written down first" in stopped.output
        again = fleet.deploy("1.1", rollout_ledger=fleet.LEDGER, **HOW)
        assert again.exit_code == 0, again.output
    assert fleet.is_whole("1.1")
    assert fleet.open_runs() == []
    assert traffic.account()["failed"] == 0


def test_its_database_is_killed_and_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    try:
        monkeypatch.setattr(fleet, "LEDGER", server.new_database())
        with fleet.Traffic(tmp_path / "traffic") as traffic:
            for step in ("leave_pool", "verify_member"):
                with fleet.Later(step, lambda: restarted(server)):
                    fleet.deploy("1.1", rollout_ledger=fleet.LEDGER, **HOW)
            again = fleet.deploy("1.1", rollout_ledger=fleet.LEDGER, **HOW)
            assert again.exit_code == 0, again.output
        assert fleet.is_whole("1.1")
        assert fleet.open_runs() == []
        assert traffic.account()["failed"] == 0
    finally:
        server.remove()


@contextmanager
def restarted(server: Server) -> Iterator[None]:
    """In the thread that watches the rollout, with which it ends, and so once more by who leaves the block."""
    server.stop()
    server.start()
    yield
    server.stop()
    server.start()
