# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way by SSH lacks. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import (
    HOST_KEY_UNCHECKED,
    HOST_KEY_UNSEEN,
    Weakness,
)

OPTIONS = (
    "host",
    "port",
    "remote_user",
    "ssh_executable",
    "ssh_args",
    "ssh_common_args",
    "ssh_extra_args",
    "host_key_checking",
)


def weaknesses(options: Mapping[str, Any]) -> Iterator[Weakness]:
    """``StrictHostKeyChecking`` is what ssh itself says of all these options and of its own configuration."""
    checking = options["StrictHostKeyChecking"]
    if checking in ("false", "no", "off"):
        yield Weakness(HOST_KEY_UNCHECKED, "ssh runs with StrictHostKeyChecking=no")
    elif checking == "accept-new":
        yield Weakness(HOST_KEY_UNSEEN, "ssh runs with StrictHostKeyChecking=accept-new")
