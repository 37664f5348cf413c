# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file names its licence on its first line, or soon after where a tool wants the first line for itself.

Run at the top of the checkout. Left out are files without comments, recorded answers, and what tools write.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

WORDS = "SPDX-License-Identifier: GPL-3.0-or-later"
WANTED_FIRST = ("#!", "#jinja2:")
WITHOUT_COMMENTS = {".csv", ".gif", ".json", ".png", ".svg"}
WRITTEN_BY_TOOLS = {"CHANGELOG.rst", "changelogs/changelog.yaml", "changelogs/.plugin-cache.yaml", "LICENSE"}


def is_left_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix in WITHOUT_COMMENTS or name in WRITTEN_BY_TOOLS or path.parts[:2] == ("tests", "fixtures")


def names_its_licence(text: str) -> bool:
    lines = text.splitlines()[:3]
    return not lines or any(WORDS in line for line in (lines if lines[0].startswith(WANTED_FIRST) else lines[:1]))


def files_without_licence(top: Path, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not is_left_out(name) and (top / name).is_file() and not names_its_licence((top / name).read_text("utf-8")):
            yield name


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    faulty = sorted(files_without_licence(Path(), names))
    for name in faulty:
        print(f"{name}: the first line is not the comment '{WORDS}'")
    print(f"licence lines: {len(names)} files, {len(faulty)} without")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
