# SPDX-License-Identifier: GPL-3.0-or-later
"""Point ``current`` to another release in one step, so that it never points nowhere. Private to hybrid.rollout."""

from __future__ import annotations

import os

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import MARKER, Tree, sync


def switch(tree: Tree, version: str, restart_owed: bool) -> None:
    """``restart_owed`` leaves a note first: a step killed before the restart would look finished to the next one."""
    beside = os.path.join(tree.root, ".current.new")
    try:
        if restart_owed:
            with open(tree.restart_owed, "w", encoding="utf-8") as note:
                note.write(f"{version}\n")
        if os.path.lexists(beside):
            os.unlink(beside)
        os.symlink(os.path.join("releases", version), beside)
        os.replace(beside, tree.current)
        sync(tree.root)
        os.utime(os.path.join(tree.path(version), MARKER))
    except OSError as error:
        raise Refused(
            f"{tree.current} could not be switched to {version}: {error}. See what it points to before going on.",
            endpoint=tree.current,
            reply=str(error),
        ) from error
