# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of haproxy_server: options in, result out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.course import Exclusive, take
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.holding import Then, read_then
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server_report import step_result
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server_step import ServerStep
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import (
    read_patience,
    read_selection,
    read_wish,
)


def run(
    params: Mapping[str, Any],
    check_mode: bool,
    clock: Clock,
    exclusive: Exclusive = None,
) -> dict[str, Any]:
    """Set the servers. ``exclusive`` is entered around looking, checking the floor and the first orders."""
    selection, wish, patience = read_selection(params), read_wish(params), read_patience(params)
    step = ServerStep(open_estate(params, [], clock), selection, wish, patience, clock)
    return set_servers(step, check_mode, exclusive, read_then(params))


def set_servers(
    step: ServerStep, check_mode: bool, exclusive: Exclusive = None, then: Optional[Then] = None
) -> dict[str, Any]:
    """One step from looking to the result."""
    return take(step, step_result, check_mode, exclusive, then)
