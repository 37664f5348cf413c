# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout under a service's root: releases, their markers, and which one is current. Private to hybrid.rollout.

releases/<version>/                    a release; .release.json in it, written last, says that it is whole
releases/.incoming-<version>-<random>/ what is being fetched or removed; left behind only by a step that was killed
current                                a symbolic link to the release that runs
.rollout.lock                          held while a step is at work on the tree
.restart-owed                          there while the link has been switched and the service not yet restarted
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import is_version

MARKER = ".release.json"
INCOMING = ".incoming-"


@dataclass(frozen=True)
class Release:
    """A whole release on the disk. ``activated`` is when it was last made current, or unpacked if it never was."""

    version: str
    digest: str
    activated: float


@dataclass(frozen=True)
class Tree:
    """The paths of one service."""

    root: str

    @property
    def releases(self) -> str:
        return os.path.join(self.root, "releases")

    @property
    def current(self) -> str:
        return os.path.join(self.root, "current")

    @property
    def restart_owed(self) -> str:
        return os.path.join(self.root, ".restart-owed")

    def path(self, version: str) -> str:
        return os.path.join(self.releases, version)

    def release(self, version: str) -> Optional[Release]:
        """The release, or None where it is not there or not whole."""
        marker = os.path.join(self.path(version), MARKER)
        try:
            with open(marker, encoding="utf-8") as file:
                digest = json.load(file)["digest"]
            return Release(version, str(digest), os.stat(marker).st_mtime)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def all_releases(self) -> list[Release]:
        found = [self.release(name) for name in self._names() if is_version(name)]
        return [release for release in found if release]

    def leftovers(self) -> list[str]:
        """Paths that a step left behind when it was killed."""
        return [self.path(name) for name in self._names() if name.startswith(INCOMING)]

    def current_version(self) -> Optional[str]:
        """The version that ``current`` points to; None where there is no link, or one that leads elsewhere."""
        if os.path.lexists(self.current) and not os.path.islink(self.current):
            raise Refused(
                f"{self.current} is not a symbolic link, so it cannot be switched. Move it away and run this again.",
                endpoint=self.current,
            )
        if not os.path.islink(self.current):
            return None
        pointed_to = os.path.normpath(os.path.join(self.root, os.readlink(self.current)))
        return os.path.basename(pointed_to) if os.path.dirname(pointed_to) == os.path.normpath(self.releases) else None

    def incoming(self, version: str) -> str:
        """A new directory for work on ``version``, on the same file system as the releases."""
        for directory in (self.root, self.releases):
            if not os.path.isdir(directory):
                os.makedirs(directory)
                os.chmod(directory, 0o755)  # noqa: S103 - the service reads it as its own user
        return tempfile.mkdtemp(prefix=f"{INCOMING}{version}-", dir=self.releases)

    def discard(self, version: str) -> None:
        """Remove a release so that it is whole or gone at any moment."""
        beside = self.incoming(version)
        os.rename(self.path(version), os.path.join(beside, version))
        shutil.rmtree(beside)

    def _names(self) -> list[str]:
        return sorted(os.listdir(self.releases)) if os.path.isdir(self.releases) else []


def write_marker(directory: str, content: dict[str, Any]) -> None:
    path = os.path.join(directory, MARKER)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.chmod(path, 0o644)
    sync(path)


def sync(path: str) -> None:
    """Have the disk keep a file, or the names in a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
