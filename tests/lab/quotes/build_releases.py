#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build releases of the lab's service: quotes-VERSION.tar.gz with bin/, migrations/ and release.json on top, its .sha256 beside it.

Without --release it builds the whole set: the good ones and one for each defect. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Optional

HERE = Path(__file__).resolve().parent
INTERPRETER = b"#!/usr/bin/python3\n"  # the members' own
MIGRATIONS = {"said_by": 1, "said_by author": 2, "author": 4}
DEFECTS = ("none", "never_ready", "errors", "errors_for_customers", "wrong_version", "crash_after_5s", "wrong_quotes")


@dataclass(frozen=True)
class Release:
    """What a release says of itself in release.json."""

    version: str
    startup_seconds: float = 1.0
    defect: str = "none"

    @property
    def migrations(self) -> list[str]:
        """What its columns need, and what came before; the last one of 1.3 takes the old column away."""
        return ["0001_sayings", "0002_author", "0003_every_author", "0004_no_said_by"][: MIGRATIONS[self.columns]]

    @property
    def columns(self) -> str:
        """Where it keeps who said something: 1.1 has a new column beside the old one, and 1.3 the new one alone."""
        number = tuple(int(part) for part in self.version.split(".")[:2])
        return "said_by" if number < (1, 1) else "said_by author" if number < (1, 3) else "author"


RELEASES = (
    Release("1.0"),
    Release("1.1"),
    Release("1.2", defect="errors"),
    Release("1.3"),
    Release("1.4", defect="wrong_version"),
    Release("1.5", defect="crash_after_5s"),
    Release("1.6", defect="errors_for_customers"),
    Release("1.7", defect="wrong_quotes"),
    Release("1.8", defect="never_ready"),
    Release("2.0"),
    Release("2.1"),
)


def build(release: Release, folder: Path) -> Path:
    """Write the archive and its checksum into ``folder``; each appears whole or not at all."""
    archive = folder / f"quotes-{release.version}.tar.gz"
    publish(archive, archive_of(release))
    return archive


def publish(archive: Path, content: bytes) -> None:
    _replace(archive, content)
    _replace(Path(f"{archive}.sha256"), f"{hashlib.sha256(content).hexdigest()}  {archive.name}\n".encode())


def description_of(release: Release) -> bytes:
    return (json.dumps({**asdict(release), "columns": release.columns}, indent=2) + "\n").encode()


def archive_of(release: Release) -> bytes:
    packed = io.BytesIO()
    # The file name and time in gzip's header would make equal releases differ.
    with (
        gzip.GzipFile(fileobj=packed, filename="", mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        _add(tar, "bin", None, 0o755)
        _add(tar, "bin/quotes", INTERPRETER + (HERE / "quotes.py").read_bytes(), 0o755)
        _add(tar, "bin/sayings.py", (HERE / "sayings.py").read_bytes(), 0o644)
        for folder in ("migrations", "migrations/versions"):
            _add(tar, folder, None, 0o755)
        for file in ("alembic.ini", "env.py", *(f"versions/{name}.py" for name in release.migrations)):
            _add(tar, f"migrations/{file}", (HERE / "migrations" / file).read_bytes(), 0o644)
        _add(tar, "release.json", description_of(release), 0o644)
    return packed.getvalue()


def _add(tar: tarfile.TarFile, name: str, content: bytes | None, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = mode
    entry.uname = entry.gname = "root"
    entry.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
    entry.size = len(content or b"")
    tar.addfile(entry, io.BytesIO(content or b""))


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    os.replace(partial, path)


class _OfLastRelease(argparse.Action):
    """An option that speaks of the --release written before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: Any = None
    ) -> None:
        if not namespace.releases:
            parser.error(f"{option} comes after the --release that it describes")
        namespace.releases[-1] = replace(namespace.releases[-1], **{self.dest: values})


def build_what_is_asked(description: Optional[str], build: Callable[[Release, Path], Path]) -> None:
    """The command line: a folder, and the releases or all of them."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--release", dest="releases", metavar="VERSION", type=Release, action="append", default=[])
    parser.add_argument("--defect", choices=DEFECTS, action=_OfLastRelease)
    parser.add_argument("--startup-seconds", metavar="SECONDS", type=float, action=_OfLastRelease)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for release in asked.releases or RELEASES:
        print(f"{build(release, asked.folder)} ({release.defect})")


if __name__ == "__main__":
    build_what_is_asked(__doc__, build)
