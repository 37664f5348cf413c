# SPDX-License-Identifier: GPL-3.0-or-later
"""One step at a time on a service's tree. Private to hybrid.rollout.

A step whose controller was killed goes on on the member; the next one waits for its end.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError

LOCK = ".rollout.lock"
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.2


class Busy(RolloutError):
    """Another step is at work on the tree and does not end."""

    code = "busy"


@contextmanager
def alone(root: str, clock: Clock) -> Iterator[None]:
    """Hold the lock of the tree at ``root``, where there is a tree; the lock ends with the process, however that ends."""
    if not os.path.isdir(root):
        yield
        return
    path = os.path.join(root, LOCK)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _wait_for(handle, path, clock)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: str, clock: Clock) -> None:
    for _elapsed in Deadline(WAIT_SECONDS, clock).polls(POLL_SECONDS):
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
    raise Busy(
        f"Another step is at work on {os.path.dirname(path)} for more than {WAIT_SECONDS:.0f} s and holds {path}. "
        f"See with fuser {path} which process it is; when it has ended, run the same command again.",
        endpoint=path,
    )
