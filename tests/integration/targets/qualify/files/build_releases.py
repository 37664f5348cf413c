# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases 1.0 and 1.1 of the program, the same bytes each time: build_releases.py FOLDER PROGRAM. Prints their digests."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path

VERSIONS = ("1.0", "1.1")


def build(folder: Path, program: bytes, version: str) -> str:
    """One archive; its digest."""
    archive = folder / f"qualify-{version}.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for name, content in (("Qualify.exe", program), ("version.txt", version.encode())):
            written.writestr(zipfile.ZipInfo(name), content)
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def main() -> None:
    folder, program = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    print(json.dumps({version: build(folder, program, version) for version in VERSIONS}))


if __name__ == "__main__":
    main()
