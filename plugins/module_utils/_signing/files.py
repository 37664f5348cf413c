# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed files and their signatures beside them, read once. Private to hybrid.rollout."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._signing.signature import MAX_BYTES, NotAsked, NotSigned


def read_signed(path: str) -> tuple[bytes, bytes]:
    """The file and ``<file>.sig``; NotSigned where one of them is not there, NotAsked where it cannot be read."""
    return _read(path, "there is no file"), _read(f"{path}.sig", "its signature is missing: there is no file")


def _read(path: str, missing: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotSigned(f"{missing} {path}") from error
    except OSError as error:
        raise NotAsked(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise NotSigned(f"{path} is larger than {MAX_BYTES} bytes")
    return content
