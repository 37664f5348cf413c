# SPDX-License-Identifier: GPL-3.0-or-later
"""A real file system that is really full, in a mount namespace of its own that ends with the process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

STAGE = """
import json, pathlib, sys, time
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.steps import run
options = json.loads(sys.argv[1])
try:
    run(options, False, Clock(time.monotonic, time.sleep), None)
    told = {"failure": None}
except RolloutError as error:
    told = {"failure": error.failure(), "msg": str(error)}
root = pathlib.Path(options["service_root"])
print(json.dumps({**told, "left": sorted(str(path) for path in root.rglob("*"))}))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a file system of its own")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(os.urandom(900_000), "needed are about", id="told before the download"),
        pytest.param(b"\0" * 8_000_000, "No space left on device", id="a small archive of much"),
    ],
)
def test_a_disk_that_is_full_is_told_and_nothing_is_left(tmp_path: Path, content: bytes, words: str) -> None:
    artifact, disk = tmp_path / "quotes-1.0.tar.gz", tmp_path / "disk"
    disk.mkdir()
    with tarfile.open(artifact, "w:gz") as tar:
        info = tarfile.TarInfo("data")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    digest = subprocess.run(["sha256sum", artifact], capture_output=True, text=True, check=True).stdout.split()[0]
    options: dict[str, Any] = {
        "service_root": str(disk / "quotes"),
        "state": "staged",
        "version": "1.0",
        "url": artifact.as_uri(),
        "sha256": digest,
        "headers": None,
        "download_timeout_seconds": 60.0,
        "ca_path": None,
        "validate_certs": True,
        "minimum_free_bytes": 0,
        "owner": None,
        "group": None,
        "unit": None,
        "keep": 3,
        "record": None,
    }
    script = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", script, str(disk), sys.executable, "-c", STAGE, json.dumps(options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["failure"]["code"] == "no_space"
    assert words in told["msg"]
    assert str(disk / "quotes/releases") in told["msg"]
    assert told["left"] == [str(disk / "quotes/releases")]
