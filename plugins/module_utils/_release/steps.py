# SPDX-License-Identifier: GPL-3.0-or-later
"""The three steps of a release on a host: staged, current, pruned. Private to hybrid.rollout.

Each reads the tree, decides on moves, and makes them unless this is check mode.
"""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.alone import alone
from ansible_collections.hybrid.rollout.plugins.module_utils._release.arguments import check
from ansible_collections.hybrid.rollout.plugins.module_utils._release.fetch import Opener, open_url
from ansible_collections.hybrid.rollout.plugins.module_utils._release.prune import unneeded
from ansible_collections.hybrid.rollout.plugins.module_utils._release.stage import stage
from ansible_collections.hybrid.rollout.plugins.module_utils._release.switch import switch
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Tree
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unit import Runner, Unit


def run(
    params: dict[str, Any],
    check_mode: bool,
    clock: Clock,
    runner: Runner,
    opener: Opener = open_url,
) -> dict[str, Any]:
    """The whole of ``linux_release``."""
    params = check(params)
    tree = Tree(os.path.normpath(params["service_root"]))
    with nullcontext() if check_mode else alone(tree.root, clock):
        if params["state"] == "staged":
            return staged(tree, params, check_mode, clock, opener)
        if params["state"] == "current":
            return current(tree, params, check_mode, runner)
        return pruned(tree, params, check_mode)


def staged(tree: Tree, params: dict[str, Any], check_mode: bool, clock: Clock, opener: Opener) -> dict[str, Any]:
    version, digest = params["version"], params["sha256"]
    present, running, leftovers = tree.release(version), tree.current_version(), tree.leftovers()
    whole = present is not None and present.digest == digest
    moves = [f"remove {path}, left behind by a try that was stopped" for path in leftovers]
    if not whole:
        if running == version:
            found = f"unpacked from sha256:{present.digest}" if present else "not a whole release"
            raise Refused(
                f"{tree.path(version)} is current and {found}, not sha256:{digest}. A running release is never "
                "replaced: publish the artifact as a version of its own.",
                endpoint=tree.path(version),
                reply=found,
            )
        moves.append(f"unpack {version} (sha256:{digest}) into {tree.path(version)}")
    if not check_mode:
        for path in leftovers:
            shutil.rmtree(path)
        if not whole:
            stage(tree, params, clock, opener)
    return _result(tree, version, running, moves, digest=digest)


def current(tree: Tree, params: dict[str, Any], check_mode: bool, runner: Runner) -> dict[str, Any]:
    version, previous = params["version"], tree.current_version()
    unit = Unit(params["unit"], runner) if params["unit"] else None
    release = tree.release(version)
    if release is None and not check_mode:
        raise _not_staged(tree, version)
    active = unit.is_active() if unit else True
    switched = previous != version
    restarted = unit is not None and (switched or not active or os.path.lexists(tree.restart_owed))
    moves = [f"point {tree.current} to {version} instead of {previous or 'nothing'}"] if switched else []
    if restarted:
        moves.append(f"restart {params['unit']}")
    result = _result(
        tree,
        version,
        version,
        moves,
        previous=previous,
        digest=release.digest if release else None,
        restarted=restarted,
    )
    if not check_mode:
        if switched:
            switch(tree, version, restart_owed=restarted)
        if unit and restarted:
            try:
                unit.restart()
            except RolloutError as error:
                error.result = {**result, "restarted": False}
                raise
            if os.path.lexists(tree.restart_owed):
                os.unlink(tree.restart_owed)
    return result


def pruned(tree: Tree, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    running = tree.current_version()
    removed = unneeded(tree.all_releases(), running, params["version"], params["keep"])
    moves = [f"remove {tree.path(version)}" for version in removed]
    if not check_mode:
        for version in removed:
            tree.discard(version)
    return _result(tree, params["version"], running, moves, removed=removed)


def _not_staged(tree: Tree, version: str) -> NotFound:
    have = ", ".join(known.version for known in tree.all_releases()) or "none"
    return NotFound(
        f"{tree.path(version)} is not a whole release; releases that are: {have}. Nothing was switched. "
        "Bring it there with state staged first.",
        endpoint=tree.path(version),
        reply=have,
    )


def _result(tree: Tree, version: Optional[str], now: Optional[str], moves: list[str], **more: object) -> dict[str, Any]:
    """The same keys for every state."""
    return {
        "changed": bool(moves),
        "version": version,
        "previous": None,
        "current": now,
        "path": tree.path(version) if version else None,
        "digest": None,
        "removed": [],
        "restarted": False,
        "diff": {"prepared": "".join(f"{move}\n" for move in moves)},
        **more,
    }
