# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of ledgerd unpacked from its archive and started under Mono, as a member of its own on loopback."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._mono import mono_or_skip
from ansible_collections.hybrid.rollout.tests.lab.ledgerd.build_releases import build
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import Edition


@contextmanager
def running(
    release: Release, folder: Path, name: str = "win01", url_prefix: str = "/", database: str = ""
) -> Iterator[Edition]:
    """The tests of a session share what was compiled. The configuration file says the port, as on a member."""
    home = folder / name
    home.mkdir()
    mono = mono_or_skip(home)
    shared = folder.parent / "releases"
    shared.mkdir(exist_ok=True)
    with zipfile.ZipFile(build(release, shared)) as archive:
        archive.extractall(home)
    port = free_port()
    config = home / "ledgerd.exe.config"
    text = config.read_text().replace('"port" value="8080"', f'"port" value="{port}"')
    config.write_text(text.replace('"urlPrefix" value="/"', f'"urlPrefix" value="{url_prefix}"'))
    environment = {**os.environ, "WINHOST_ADDRESS": "127.0.0.1", "WINHOST_NAME": name, "QUOTES_DATABASE": database}
    with subprocess.Popen([*mono.run, str(home / "ledgerd.exe")], env=environment) as process:
        ledgerd = Edition(name, port, process)
        try:
            ledgerd.wait_until_it_listens()
            yield ledgerd
        finally:
            process.kill()
