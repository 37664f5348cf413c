# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: service, version and the digest of its artifact. Private to hybrid.rollout."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Release:
    service: str
    version: str
    url: str
    sha256: str


def check_version(version: str) -> str:
    """The version itself, if it can stand in a path and a command line."""
    if not VERSION.fullmatch(version) or ".." in version:
        raise BadInput(
            f"{version!r} cannot be a version: it becomes the name of a directory on every member. "
            "Use letters, digits, '.', '_', '+' and '-', beginning with a letter or digit, without '..'."
        )
    return version


def check_digest(text: str, source: str) -> str:
    """The first word of ``text`` as a SHA-256 digest, as ``sha256sum`` writes it; ``source`` names where it was found."""
    words = text.split()
    if not words or not DIGEST.fullmatch(words[0].lower()):
        raise BadInput(
            f"{source} holds no SHA-256 digest but {text[:80]!r}: expected 64 hexadecimal digits, as sha256sum writes them."
        )
    return words[0].lower()
