# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..host.files import is_junction
from ..host.host import Host
from .call import Call
from .file_facts import checksum, file_facts
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    seen: list[Path] = []
    warnings = []
    for path in call.arguments["paths"]:
        top = host.drives.real(path)
        if not top.exists():
            warnings.append(f"Argument path '{path}' does not exist or is not accessible, skipping")
        elif not top.is_dir():
            warnings.append(f"Argument path '{path}' is a file not a directory, skipping")
        else:
            seen += [real for real in _below(top, call, call.get("depth", 0)) if real not in seen]
    found = [_facts(host, call, real) for real in seen if _is_wanted(real, call)]
    found.sort(key=lambda facts: str(facts["path"]).lower())
    result = {"changed": False, "examined": len(seen), "matched": len(found), "files": found}
    return result | ({"warnings": warnings} if warnings else {})


def _below(folder: Path, call: Call, depth: int) -> Iterator[Path]:
    """Depth 1 is the folder itself, 2 its folders too; 0 has no end."""
    for entry in folder.iterdir():
        enters = call.get("recurse") and depth != 1 and (call.get("follow") or not is_junction(entry))
        if enters and entry.is_dir():
            yield from _below(entry, call, depth - 1)
        yield entry


def _is_wanted(real: Path, call: Call) -> bool:
    kind = call.get("file_type", "file")
    if kind != "any" and (kind == "directory") != (real.is_dir() or is_junction(real)):
        return False
    patterns = call.get("patterns")
    if patterns is None:
        return True
    if call.get("use_regex"):
        flags = re.NOFLAG if call.get("case_sensitive") else re.IGNORECASE
        return any(re.search(pattern, real.name, flags) for pattern in patterns)
    return any(fnmatchcase(real.name.lower(), pattern.lower()) for pattern in patterns)


def _facts(host: Host, call: Call, real: Path) -> dict[str, Any]:
    none_yet = {"checksum": None, "extension": None, "size": None, "sharename": None, "lnk_source": None}
    facts = {**none_yet, "lnk_target": None, **file_facts(host, real)}
    if facts["isreg"]:
        facts |= {"extension": real.suffix, "size": real.stat().st_size}
        if call.get("get_checksum", True):
            facts["checksum"] = checksum(real, call.get("checksum_algorithm", "sha1"))
    return facts


MODEL = Model(
    module="ansible.windows.win_find",
    honours=frozenset(
        {
            "paths",
            "patterns",
            "use_regex",
            "case_sensitive",
            "file_type",
            "recurse",
            "depth",
            "follow",
            "get_checksum",
            "checksum_algorithm",
        }
    ),
    ignores={"hidden": "no file is hidden here"},
    script_sha256={
        "24ffc93ba3d8b92b5476be57690397f1b1b4ada90ca5c84c9f731a7fb2f054ef": "3.3.0",
        "7701762c4c278d7ab8652705b04d49449c88eda7f2c5d34327b2931ffe8fe69e": "3.8.0",
    },
    differences=(
        "regular expressions are those of Python",
        "a link is always a junction",
        "a depth holds for all folders, as in 3.8.0; 3.3.0 lowers it with each folder that it enters, until it has no end",
    ),
    carry_out=carry_out,
)
