# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of a service on a Windows member, read from what win_find saw. Private to hybrid.rollout.

releases\\<version>\\                            a release
releases\\<version>\\rollout-release-<sha256>    an empty file, made last, says that the release is whole
releases\\<version>.zip                         what is being fetched; left behind only by a step that was killed
current                                         with switch=junction, a junction to the release that runs
"""

from __future__ import annotations

import ntpath
from dataclasses import asdict, dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import is_version
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Release
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.paths import same
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import MARKER, Wanted


@dataclass(frozen=True)
class Tree:
    """``link`` is where the junction leads, if there is one; ``there`` is whether the wanted version has a folder at all."""

    releases: tuple[Release, ...]
    link: Optional[str]
    there: bool
    empty: bool

    def release(self, version: Optional[str]) -> Optional[Release]:
        return next((release for release in self.releases if same(release.version, version)), None)

    def as_dicts(self) -> list[dict[str, Any]]:
        return [asdict(release) for release in self.releases]


def look(wanted: Wanted) -> ModuleCall:
    """win_find lowers its depth with each folder it comes by, so the markers are looked for from ``releases`` down, not from the root."""
    return ModuleCall(
        "ansible.windows.win_find",
        {
            "paths": [wanted.releases, wanted.root] if wanted.junction else [wanted.releases],
            "recurse": True,
            "depth": 2,
            "file_type": "any",
            "get_checksum": False,
            "patterns": ["current", f"{MARKER}*", *([wanted.version] if wanted.version else [])],
        },
    )


def read(wanted: Wanted, found: dict[str, Any]) -> Tree:
    """The tree; Refused where ``current`` is there and no junction."""
    releases, link, there = [], None, False
    for file in found.get("files", []):
        folder, name = ntpath.split(file["path"])
        above, version = ntpath.split(folder)
        if same(above, wanted.releases) and is_version(version) and name.startswith(MARKER) and not file["isdir"]:
            releases.append(Release(version, name[len(MARKER) :], float(file["lastwritetime"])))
        elif wanted.version and same(file["path"], wanted.folder):
            there = True
        elif wanted.junction and same(file["path"], wanted.link):
            link = _target(wanted, file)
    return Tree(tuple(releases), link, there, empty=not found.get("files"))


def _target(wanted: Wanted, file: dict[str, Any]) -> str:
    if not file.get("isjunction") and not file.get("islnk"):
        raise Refused(
            f"{wanted.link} is not a junction, so it cannot be switched. Move it away and run this again.",
            endpoint=wanted.link,
        )
    return str(file.get("lnk_target") or "")
