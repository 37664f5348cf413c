# SPDX-License-Identifier: GPL-3.0-or-later
"""A broken release keeps the old one online: the pool is whole again, and the last lines name member, cause and next step.

Needs root and the lab.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.integration.rollout.fleet import Played
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release, archive_of

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

SOON = {"rollout_health_timeout_seconds": 6}


def assert_the_old_one_serves_and_the_operator_knows(played: Played, *words: str) -> None:
    assert played.exit_code != 0, played.output
    assert played.outcomes() == {
        "app1": "rolled_back",
        "app2": "not_reached",
        "app3": "not_reached",
        "app4": "not_reached",
    }
    fleet.eventually(lambda: fleet.is_whole("1.0"), "every member serves 1.0 again")
    last = played.last_lines()
    for word in (
        "STOPPED",
        "app1: failed, back on the release before and online",
        "next: every member of the pool serves",
        *words,
    ):
        assert word in last, last
    assert fleet.inside("app1", "readlink /srv/quotes/current").strip() == "releases/1.0"


@pytest.mark.parametrize(
    ("version", "step", "cause"),
    [
        ("1.2", "Ask the member itself", "500"),
        ("1.8", "Ask the member itself", "503"),
        ("1.4", "Ask the member itself", "version"),
        ("1.6", "Test the member through the maintenance pool", "500"),
    ],
    ids=["answers 500", "never ready", "wrong version", "500 for customers only"],
)
def test_a_release_that_does_not_work_is_put_back(version: str, step: str, cause: str) -> None:
    assert_the_old_one_serves_and_the_operator_knows(fleet.deploy(version, **SOON), step, cause)


def test_a_release_that_crashes_soon_after_its_start_is_put_back() -> None:
    played = fleet.deploy("1.5", rollout_canary_bake_seconds=8, **SOON)
    assert_the_old_one_serves_and_the_operator_knows(played, "app1 did not take 1.5")


def test_a_tampered_artifact_never_reaches_the_service() -> None:
    fleet.publish("3.1", archive_of(Release("3.1")), "0" * 64)
    played = fleet.deploy("3.1")
    assert_the_old_one_serves_and_the_operator_knows(played, "Fetch, verify and unpack", "0" * 64)
    assert "3.1" not in fleet.inside("app1", "ls -A /srv/quotes/releases")
    assert drained(played) == []


def test_an_artifact_that_is_gone_when_the_member_asks_leaves_the_member_alone() -> None:
    played = fleet.deploy("3.2", rollout_artifact_sha256="1" * 64)
    assert_the_old_one_serves_and_the_operator_knows(played, "Fetch, verify and unpack", "404")
    assert drained(played) == []


def test_a_full_disk_leaves_the_member_alone() -> None:
    archive = _archive_with_ballast("3.3", 3_000_000)
    fleet.publish("3.3", archive, hashlib.sha256(archive).hexdigest())
    fleet.inside(
        "app1",
        "cp -a /srv/quotes /tmp/quotes && mount -t tmpfs -o size=1m tmpfs /srv/quotes && cp -a /tmp/quotes/. /srv/quotes/",
    )
    try:
        played = fleet.deploy("3.3")
        assert_the_old_one_serves_and_the_operator_knows(played, "Fetch, verify and unpack", "bytes")
        assert "3.3" not in fleet.inside("app1", "ls -A /srv/quotes/releases")
    finally:
        fleet.inside("app1", "umount -l /srv/quotes; rm -rf /tmp/quotes; systemctl restart quotes")
    assert drained(played) == []


def drained(played: Played) -> list[Any]:
    assert played.run is not None
    return [event["member"] for event in played.run["events"] if event["step"] == "leave_pool"]


def _archive_with_ballast(version: str, size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as squeezed, tarfile.open(fileobj=squeezed, mode="w") as tar:
        entry = tarfile.TarInfo("ballast")
        entry.size = size
        tar.addfile(entry, io.BytesIO(os.urandom(size)))
    return packed.getvalue()


def test_a_release_that_fails_while_customers_use_it_is_drained_before_it_is_put_back(tmp_path: Path) -> None:
    """The gate under customers' traffic fails, so the member is online when the way back begins: no customer may notice that."""
    targets = [{"name": "a page that 1.1 lacks", "url": "http://10.77.0.11/missing"}]
    with customers(tmp_path):
        played = fleet.deploy("1.1", rollout_online_targets=targets, rollout_canary_bake_seconds=0, **SOON)
    assert_the_old_one_serves_and_the_operator_knows(played, "Watch the member while customers use it", "404")
    totals = json.loads((tmp_path / "witness.json").read_text())["totals"]
    assert totals["requests"] > 1000
    assert totals["failed"] == 0
    assert played.run is not None
    began = [event["step"] for event in played.run["events"] if event["kind"] == "step_began"]
    assert began[-5:] == ["verify_online", "leave_again", "rollback", "verify_rollback", "rejoin"]


@contextmanager
def customers(folder: Path) -> Iterator[None]:
    """Live traffic through both load balancers; its account is in the folder afterwards."""
    witness = subprocess.Popen([fleet.TOP / "tests/lab/witness/witness", "--output", folder, "--seconds", "200"])
    try:
        fleet.eventually((folder / "requests.csv").exists, "the first customers come")
        yield
    finally:
        witness.terminate()
        witness.wait()
