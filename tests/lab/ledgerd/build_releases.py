#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build releases of quotes for Windows members: quotes-VERSION.zip with ledgerd.exe, its configuration and release.json, its .sha256 beside it.

The same releases as for Linux members. The program is compiled once per state of its source, with Mono of the tree
`tests/lab/lab base mono`, and kept in the folder.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.machines import kept
from ansible_collections.hybrid.rollout.tests.lab.machines.mono import Mono
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import (
    Release,
    build_what_is_asked,
    description_of,
    publish,
)

SERVICE = Path(__file__).resolve().parent / "service"
REFERENCES = ("System.ServiceProcess", "System.Configuration", "System.Data", "Mono.Posix")


def build(release: Release, folder: Path) -> Path:
    """Write the archive and its checksum into ``folder``; each appears whole or not at all."""
    archive = folder / f"quotes-{release.version}.zip"
    publish(archive, archive_of(release, program(folder)))
    return archive


def program(folder: Path) -> Path:
    """The compiled ledgerd.exe that ``folder`` keeps."""
    place = folder / ".ledgerd"
    sources = sorted(SERVICE.glob("*.cs"))

    def compiled(unfinished: Path) -> None:
        mono = Mono(unfinished)
        mono.compile_as_windows_does(sources, unfinished / "ledgerd.exe", *REFERENCES)

    kept.keep(place, {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sources}, compiled)
    return place / "ledgerd.exe"


def archive_of(release: Release, executable: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "ledgerd.exe": executable.read_bytes(),
            "ledgerd.exe.config": (SERVICE / "ledgerd.exe.config").read_bytes(),
            "release.json": description_of(release),
        }.items():
            # An entry of this kind has no time of its own: the same release is the same bytes.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


if __name__ == "__main__":
    build_what_is_asked(__doc__, build)
