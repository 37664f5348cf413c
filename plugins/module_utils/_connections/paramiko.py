# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way by paramiko lacks. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import (
    HOST_KEY_UNCHECKED,
    HOST_KEY_UNSEEN,
    Weakness,
)

OPTIONS = ("host_key_checking", "host_key_auto_add")


def weaknesses(options: Mapping[str, Any]) -> Iterator[Weakness]:
    if not options["host_key_checking"]:
        yield Weakness(HOST_KEY_UNCHECKED, "host_key_checking is off")
    elif options["host_key_auto_add"]:
        yield Weakness(HOST_KEY_UNSEEN, "host_key_auto_add is on")
