# SPDX-License-Identifier: GPL-3.0-or-later
"""What a version and a digest look like, wherever they are written. Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_version(version: str) -> bool:
    return bool(_VERSION.fullmatch(version)) and ".." not in version


def check_version(version: str) -> str:
    """The version itself, if it can stand in a path and a command line."""
    if not is_version(version):
        raise BadInput(
            f"{version!r} cannot be a version: it becomes the name of a directory on every member. "
            "Use letters, digits, '.', '_', '+' and '-', beginning with a letter or digit, without '..'."
        )
    return version


def check_digest(digest: str, source: str) -> str:
    """The digest in lower case, if it is one of SHA-256; ``source`` names where it was found."""
    if not _DIGEST.fullmatch(digest.lower()):
        raise BadInput(f"{source} is {digest[:80]!r}: the 64 hexadecimal digits of a SHA-256 are needed.")
    return digest.lower()
