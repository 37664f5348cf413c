# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows paths and names that can stand in a command line without a quote or an expansion. Private to hybrid.rollout."""

from __future__ import annotations

import ntpath
import re
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import check_version

# Letters of any language, and of the signs only those that cmd.exe and the service manager take as they stand.
_PART = r"[\w(][\w .()+-]*"
_ROOT = re.compile(rf"[A-Za-z]:(\\{_PART})+")
_RELATIVE = re.compile(rf"{_PART}(\\{_PART})*")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def check_root(path: str) -> str:
    """An absolute path with a drive, below the drive's root."""
    if not _ROOT.fullmatch(path) or not _parts_are_plain(path[3:]):
        raise BadInput(
            rf"service_root is {path!r}; a path such as C:\apps\quotes is needed, of letters, digits, spaces and . _ + - ( ), without '..'."
        )
    return path


def check_relative(path: str, option: str) -> str:
    if not _RELATIVE.fullmatch(path) or not _parts_are_plain(path):
        raise BadInput(rf"{option} is {path!r}; a path inside the release such as bin\Quotes.exe is needed.")
    return path


def check_folder_name(version: str) -> str:
    """A version that Windows takes as the name of a folder, too."""
    check_version(version)
    if not _parts_are_plain(version):
        raise BadInput(
            f"{version!r} cannot be a version on Windows: it may not end with '.' nor be the name of a device."
        )
    return version


def same(one: Optional[str], other: Optional[str]) -> bool:
    """Windows does not tell upper from lower case."""
    return one is not None and other is not None and one.rstrip("\\").lower() == other.rstrip("\\").lower()


def folder_below(parent: str, text: str) -> Optional[str]:
    """The name of the folder in ``parent`` that a path or a command line begins in."""
    beginning = ntpath.join(parent, "")
    path = text.strip().lstrip('"')
    if not path.lower().startswith(beginning.lower()):
        return None
    return re.split(r'[\\"]', path[len(beginning) :], maxsplit=1)[0] or None


def _parts_are_plain(path: str) -> bool:
    return all(
        ".." not in part and not part.endswith((".", " ")) and not _DEVICES.fullmatch(part) for part in path.split("\\")
    )
