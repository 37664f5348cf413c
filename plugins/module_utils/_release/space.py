# SPDX-License-Identifier: GPL-3.0-or-later
"""Room on the disk, asked before a download and when the disk says no. Private to hybrid.rollout."""

from __future__ import annotations

import os
import shutil

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError

# The archive and what is in it: twice its size at the least, three times is the usual.
TIMES_THE_ARCHIVE = 3


class NoSpace(RolloutError):
    """The disk has no room for the release."""

    code = "no_space"


def needed_bytes(archive_bytes: int, minimum_free_bytes: int) -> int:
    return max(TIMES_THE_ARCHIVE * archive_bytes, minimum_free_bytes)


def free_bytes(path: str) -> int:
    """Free bytes of the file system that ``path`` is on, or will be on."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return shutil.disk_usage(path).free


def check_space(path: str, needed: int) -> None:
    free = free_bytes(path)
    if free < needed:
        raise no_space(path, free, f"needed are about {needed} bytes")


def no_space(path: str, free: int, why: str) -> NoSpace:
    return NoSpace(
        f"There is no room for the release in {path}: {free} bytes are free, {why}. Nothing was left behind and the "
        "running release was not touched. Free some space, for example with state pruned and a smaller keep.",
        endpoint=path,
        reply=f"{free} bytes free, {why}",
    )
