# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases are not needed any more on a Windows member. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._release.prune import unneeded
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.tree import Tree
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted


def removed(wanted: Wanted, tree: Tree, running: Optional[str], keep: int) -> list[str]:
    """What runs and what is named stay, in whatever case they are written."""
    return unneeded(tree.releases, _spelt(tree, running), _spelt(tree, wanted.version), keep)


def _spelt(tree: Tree, version: Optional[str]) -> Optional[str]:
    release = tree.release(version)
    return release.version if release else None
