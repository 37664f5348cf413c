# SPDX-License-Identifier: GPL-3.0-or-later
"""A report in its file: the whole of it or nothing, and never that of an earlier playbook. Private to hybrid.rollout."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: str, content: bytes) -> None:
    """Replace the file in one move. It may be read by those who may read others' files in its directory."""
    target = Path(path)
    handle, new = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(new, 0o644 & ~_umask())
        os.replace(new, target)
    except BaseException:
        os.unlink(new)
        raise


def remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
