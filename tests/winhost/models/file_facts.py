# SPDX-License-Identifier: GPL-3.0-or-later
"""What win_stat and win_find both tell about a file, a folder or a junction."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from ..host.files import is_junction
from ..host.host import Host


def file_facts(host: Host, real: Path) -> dict[str, Any]:
    status = real.lstat()
    junction, folder = is_junction(real), real.is_dir()
    facts: dict[str, Any] = {
        "exists": True,
        "attributes": "Directory, ReparsePoint" if junction else "Directory" if folder else "Archive",
        "filename": real.name,
        "path": host.drives.windows(real),
        "owner": "BUILTIN\\Administrators",
        "creationtime": status.st_ctime,
        "lastaccesstime": status.st_atime,
        "lastwritetime": status.st_mtime,
        "isarchive": not folder and not junction,
        "isdir": folder or junction,
        "ishidden": False,
        "isjunction": junction,
        "islnk": False,
        "isreadonly": False,
        "isreg": not folder and not junction,
        "isshared": False,
        "nlink": 1,
        "hlnk_targets": [],
    }
    if junction:
        target = host.drives.windows(real.readlink())
        facts |= {"lnk_target": target, "lnk_source": target}
    return facts


def checksum(real: Path, algorithm: str) -> str:
    with real.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def folder_size(real: Path) -> int:
    return sum((Path(where) / name).stat().st_size for where, _folders, names in os.walk(real) for name in names)
