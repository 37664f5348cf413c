# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases are not needed any more. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Release


def unneeded(releases: Iterable[Release], current: Optional[str], named: Optional[str], keep: int) -> list[str]:
    """All but the current one, the named one, and of the others the ``keep`` that were activated last."""
    others = [release for release in releases if release.version not in (current, named)]
    newest_first = sorted(others, key=lambda release: (release.activated, release.version), reverse=True)
    return sorted(release.version for release in newest_first[keep:])
