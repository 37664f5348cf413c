# SPDX-License-Identifier: GPL-3.0-or-later
"""The moves that put a release beside the one that runs. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move, remove
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.paths import same
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.tree import Tree
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

FETCH = "ansible.windows.win_get_url"
UNPACK = "community.windows.win_unzip"


def moves(wanted: Wanted, params: dict[str, Any], tree: Tree, running: Optional[str]) -> list[Move]:
    """Nothing where the release is whole already; Refused where another one of the name is running."""
    version, digest = str(wanted.version), params["sha256"].lower()
    present = tree.release(version)
    if present and present.digest == digest:
        return []
    if same(running, version):
        found = f"unpacked from sha256:{present.digest}" if present else "not a whole release"
        raise Refused(
            f"{wanted.folder} is current and {found}, not sha256:{digest}. A running release is never replaced: "
            "publish the artifact as a version of its own.",
            endpoint=wanted.folder,
            reply=found,
        )
    return [*_removed(wanted, tree), *_brought(wanted, params, tree, digest)]


def _removed(wanted: Wanted, tree: Tree) -> list[Move]:
    """The marker goes first: a release of which a part is gone must not look whole."""
    present = tree.release(wanted.version)
    if present:
        return [
            Move(
                f"take sha256:{present.digest} off {wanted.folder}",
                remove(wanted.marker(present.version, present.digest)),
            ),
            Move(f"remove {wanted.folder}, which is replaced", remove(wanted.folder)),
        ]
    if tree.there:
        return [Move(f"remove {wanted.folder}, left behind by a try that was stopped", remove(wanted.folder))]
    return []


def _brought(wanted: Wanted, params: dict[str, Any], tree: Tree, digest: str) -> list[Move]:
    version, archive = str(wanted.version), f"{wanted.folder}.zip"
    fetch = {
        "url": params["url"],
        "dest": archive,
        "force": True,
        "checksum": digest,
        "checksum_algorithm": "sha256",
        "url_timeout": params["download_timeout_seconds"],
        "validate_certs": params["validate_certs"],
        **({"headers": params["headers"]} if params["headers"] else {}),
    }
    folder = ModuleCall("ansible.windows.win_file", {"path": wanted.releases, "state": "directory"})
    mark = ModuleCall("ansible.windows.win_file", {"path": wanted.marker(version, digest), "state": "touch"})
    return [
        *([Move(f"make {wanted.releases}", folder)] if tree.empty else []),
        Move(f"fetch {version} (sha256:{digest}) to {archive}", ModuleCall(FETCH, fetch)),
        Move(
            f"unpack it into {wanted.folder}",
            ModuleCall(UNPACK, {"src": archive, "dest": wanted.folder, "delete_archive": True}),
        ),
        Move(f"mark {wanted.folder} as whole", mark),
    ]
