# SPDX-License-Identifier: GPL-3.0-or-later
"""The three steps of a release on a Windows member: staged, current, pruned. Private to hybrid.rollout.

Each reads the member, decides on moves, and makes them unless this is check mode.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Release
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release import (
    arguments,
    junction,
    prune,
    stage,
    tree,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import Ask, Move, remove
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import Installed, Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.table import KINDS
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.paths import folder_below, same
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.tree import Tree
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted


def run(params: dict[str, Any], check_mode: bool, ask: Ask) -> dict[str, Any]:
    """The whole of ``windows_release``."""
    wanted, kind = arguments.read(params), KINDS[params["kind"]]
    step = {"staged": _staged, "current": _current, "pruned": _pruned}[params["state"]]
    return step(wanted, kind, params, check_mode, ask)


def _staged(wanted: Wanted, kind: Kind, params: dict[str, Any], check_mode: bool, ask: Ask) -> dict[str, Any]:
    there = tree.read(wanted, ask(tree.look(wanted)))
    installed = kind.read(wanted, [ask(kind.proof(wanted))])
    running = _running(wanted, there, installed)
    moves = stage.moves(wanted, params, there, running)
    _carry_out(moves, check_mode, ask)
    seen = {"releases": there.as_dicts(), "link": there.link, "installed": asdict(installed)}
    return _result(wanted, running, moves, digest=params["sha256"].lower(), seen=seen)


def _current(wanted: Wanted, kind: Kind, params: dict[str, Any], check_mode: bool, ask: Ask) -> dict[str, Any]:
    there, installed, digest = _seen_or_asked(wanted, kind, params["staged"], ask)
    if digest is None and not check_mode:
        raise _not_staged(wanted, there)
    previous = _running(wanted, there, installed)
    relinked = wanted.junction and not same(previous, wanted.version)
    relink = junction.point(wanted, there.link is not None) if relinked else None
    moves = kind.moves(wanted, installed, relink)
    result = _result(
        wanted, wanted.version, moves, previous=previous, digest=digest, restarted=bool(moves) and kind.restarts
    )
    try:
        _carry_out(moves, check_mode, ask)
    except RolloutError as error:
        error.result = {**result, "current": None, "restarted": False}
        raise
    return result


def _pruned(wanted: Wanted, kind: Kind, params: dict[str, Any], check_mode: bool, ask: Ask) -> dict[str, Any]:
    """After a staged step of this run the named version is the one that runs; what ran before it is the first to be kept."""
    staged, keep = params["staged"], params["keep"]
    if staged is None:
        there = tree.read(wanted, ask(tree.look(wanted)))
        running = _running(wanted, there, kind.read(wanted, [ask(kind.proof(wanted))]))
    else:
        there, running = _remembered(staged["seen"]), staged["current"]
        keep = keep if running is None or same(running, wanted.version) else max(keep - 1, 0)
    removed = prune.removed(wanted, there, running, keep)
    moves = [Move(f"remove {wanted.path(version)}", remove(wanted.path(version))) for version in removed]
    for release, move in zip(map(there.release, removed), moves):
        try:
            _carry_out([move], check_mode, ask)
        except RolloutError:
            _disown(wanted, release, ask)
            raise
    now = wanted.version if staged is not None else running
    return _result(wanted, now, moves, removed=removed)


def _disown(wanted: Wanted, release: Optional[Release], ask: Ask) -> None:
    """A release of which a part may be gone must not look whole. Where this fails too, the first error is the one to tell."""
    if release:
        with suppress(RolloutError):
            ask(remove(wanted.marker(release.version, release.digest)))


def _seen_or_asked(
    wanted: Wanted, kind: Kind, staged: Optional[dict[str, Any]], ask: Ask
) -> tuple[Tree, Installed, Optional[str]]:
    """What the staged step saw is enough where another version ran then: all moves are made. Otherwise the member is asked."""
    if staged is not None and not same(staged["current"], wanted.version):
        return _remembered(staged["seen"]), Installed(**staged["seen"]["installed"]), staged["digest"]
    there = tree.read(wanted, ask(tree.look(wanted)))
    installed = kind.read(wanted, [ask(call) for call in (kind.proof(wanted), *kind.more(wanted))])
    release = there.release(wanted.version)
    return there, installed, release.digest if release else None


def _remembered(seen: dict[str, Any]) -> Tree:
    releases = tuple(Release(**{**release, "activated": float(release["activated"])}) for release in seen["releases"])
    return Tree(releases, seen["link"], there=False, empty=False)


def _running(wanted: Wanted, there: Tree, installed: Installed) -> Optional[str]:
    return folder_below(wanted.releases, (there.link or "") if wanted.junction else installed.command)


def _carry_out(moves: list[Move], check_mode: bool, ask: Ask) -> None:
    if not check_mode:
        for move in moves:
            ask(move.call)


def _not_staged(wanted: Wanted, there: Tree) -> NotFound:
    have = ", ".join(known.version for known in there.releases) or "none"
    return NotFound(
        f"{wanted.folder} is not a whole release; releases that are: {have}. Nothing was switched. "
        "Bring it there with state staged first.",
        endpoint=wanted.folder,
        reply=have,
    )


def _result(wanted: Wanted, now: Optional[str], moves: list[Move], **more: object) -> dict[str, Any]:
    """The same keys for every state."""
    return {
        "changed": bool(moves),
        "version": wanted.version,
        "previous": None,
        "current": now,
        "path": wanted.folder if wanted.version else None,
        "digest": None,
        "removed": [],
        "restarted": False,
        "seen": None,
        "diff": {"prepared": "".join(f"{move.words}\n" for move in moves)},
        **more,
    }
