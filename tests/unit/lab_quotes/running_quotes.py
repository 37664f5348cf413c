# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of quotes unpacked from its archive and started for real on a free port of loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release, build
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import Edition, free_port


@contextmanager
def running(release: Release, folder: Path, database: str = "") -> Iterator[Edition]:
    """With a database it runs on this Python, which has asyncpg; the members of the lab have it of their own."""
    home = folder / f"quotes-{release.version}-{release.defect}"
    home.mkdir()
    with tarfile.open(build(release, folder)) as archive:
        archive.extractall(home)
    port = free_port()
    environment = {**os.environ, "QUOTES_PORT": str(port), "QUOTES_MEMBER": "app1", "QUOTES_DATABASE": database}
    command = [*([sys.executable] if database else []), str(home / "bin" / "quotes")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        quotes = Edition("app1", port, process)
        try:
            quotes.wait_until_it_listens()
            yield quotes
        finally:
            process.kill()
