# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds result files and reads each, or says why not. Private to hybrid.rollout."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import parse
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Reading, Unreadable
from ansible_collections.hybrid.rollout.plugins.module_utils._results.reader import FORMATS, format_of

MEBIBYTE = 1024 * 1024


def read_all(paths: Sequence[str], forced: Optional[str], max_mebibytes: int) -> list[Reading]:
    """Each file once, in the order of their names; a path or pattern that leads to no file is a reading too."""
    files: dict[str, str] = {}
    missing: list[Reading] = []
    for path in paths:
        found = [path] if os.path.lexists(path) else glob.glob(path, recursive=True)
        if not found:
            words = "no file matches this pattern" if glob.has_magic(path) else "there is no such file"
            missing.append(Reading(path, error=words))
        for name in found:
            files.setdefault(os.path.realpath(name), name)
    return sorted([*missing, *_readings(files.values(), forced, max_mebibytes)], key=lambda reading: reading.path)


def _readings(files: Iterable[str], forced: Optional[str], max_mebibytes: int) -> Iterator[Reading]:
    for path in files:
        try:
            document = parse(_content(path, max_mebibytes))
            name = format_of(document, forced)
            yield Reading(path, name, FORMATS[name].read(document))
        except Unreadable as error:
            yield Reading(path, error=str(error))
        except OSError as error:
            yield Reading(path, error=error.strerror or str(error))


def _content(path: str, max_mebibytes: int) -> bytes:
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Unreadable("it is no ordinary file; for the files in a directory write DIRECTORY/*.xml")
    with open(path, "rb") as file:
        content = file.read(max_mebibytes * MEBIBYTE + 1)
    if len(content) > max_mebibytes * MEBIBYTE:
        raise Unreadable(f"it is larger than {max_mebibytes} MiB; raise max_file_mebibytes if that is right")
    if not content:
        raise Unreadable("it is empty: the tests were killed before they wrote a result")
    return content
