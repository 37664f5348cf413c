# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a release beside the one that runs: fetch, verify, unpack, then name it. Private to hybrid.rollout."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shutil
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._release.fetch import Artifact, Opener, fetch
from ansible_collections.hybrid.rollout.plugins.module_utils._release.space import (
    check_space,
    free_bytes,
    needed_bytes,
    no_space,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Tree, sync, write_marker
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unpack import unpack


def stage(tree: Tree, params: dict[str, Any], clock: Clock, opener: Opener) -> None:
    """On any error nothing of the new release is left; a release of the same name gives way only to a whole one."""
    version = params["version"]
    uid, gid = _ids(params)
    artifact = Artifact(
        url=params["url"],
        sha256=params["sha256"],
        timeout_seconds=params["download_timeout_seconds"],
        headers={str(name): str(value) for name, value in (params["headers"] or {}).items()},
        ca_path=params["ca_path"],
        validate_certs=params["validate_certs"],
    )
    needed = 0

    def room_for(archive_bytes: int) -> None:
        nonlocal needed
        needed = needed_bytes(archive_bytes, params["minimum_free_bytes"])
        check_space(tree.releases, needed)

    incoming = ""
    try:
        incoming = tree.incoming(version)
        archive, unpacked = os.path.join(incoming, "artifact"), os.path.join(incoming, "tree")
        os.mkdir(unpacked, 0o755)
        fetch(artifact, archive, room_for, clock, opener)
        unpack(archive, unpacked, uid, gid)
        write_marker(unpacked, {"version": version, "digest": params["sha256"]})
        if os.path.lexists(tree.path(version)):
            os.rename(tree.path(version), os.path.join(incoming, "replaced"))
        os.rename(unpacked, tree.path(version))
        sync(tree.releases)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(
                f"{version} could not be put into {tree.releases}: {error}. The running release was not touched.",
                endpoint=tree.releases,
                reply=str(error),
            ) from error
        free = free_bytes(tree.releases)
        raise no_space(tree.releases, free, f"needed are more than the {needed} bytes estimated ({error})") from error
    finally:
        if incoming:
            shutil.rmtree(incoming, ignore_errors=True)


def _ids(params: dict[str, Any]) -> tuple[int, int]:
    """Numbers of the owner and group, -1 for whoever runs this."""
    try:
        uid = pwd.getpwnam(params["owner"]).pw_uid if params["owner"] else -1
        gid = grp.getgrnam(params["group"]).gr_gid if params["group"] else -1
    except KeyError as error:
        raise BadInput(f"owner or group is not known on this host: {error.args[0]}. Create it first.") from error
    return uid, gid
