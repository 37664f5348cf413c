# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of haproxy_pool: options in, result out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.course import Exclusive, take
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import floor_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.holding import Then, read_then
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.report import rotation_result
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.rotation import Limits, Rotation


def run(
    params: Mapping[str, Any],
    check_mode: bool,
    clock: Clock,
    exclusive: Exclusive = None,
) -> dict[str, Any]:
    """Place the members. ``exclusive`` is entered around looking, checking the floor and the drain commands."""
    wanted, limits, then = read_wanted(params), read_limits(params), read_then(params)
    estate = open_estate(params, list(wanted.pools), clock)
    return place(Rotation(estate, wanted, limits, clock), check_mode, exclusive, then)


def place(
    rotation: Rotation, check_mode: bool, exclusive: Exclusive = None, then: Optional[Then] = None
) -> dict[str, Any]:
    """One rotation from looking to the result."""
    return take(rotation, rotation_result, check_mode, exclusive, then)


def read_wanted(params: Mapping[str, Any]) -> Wanted:
    """Refuses before anything is asked what cannot be meant."""
    members = list(dict.fromkeys(name(member, "server") for member in params["members"]))
    if not members:
        raise BadInput("members is empty: name at least one server of the pool")
    online, maintenance = params["online_pool"], params.get("maintenance_pool")
    if online == maintenance:
        raise BadInput(f"online_pool and maintenance_pool are both {online}: they have to be two pools")
    if params["placement"] == "maintenance" and not maintenance:
        raise BadInput("placement maintenance needs a maintenance_pool; without one a member is online or offline")
    return Wanted(params["placement"], members, name(online, "pool"), maintenance and name(maintenance, "pool"))


def read_limits(params: Mapping[str, Any]) -> Limits:
    if params["poll_interval_seconds"] <= 0:
        raise BadInput(f"poll_interval_seconds is {params['poll_interval_seconds']}: it has to be more than 0")
    floor_of(params["min_active"], 1)
    return Limits(
        min_active=params["min_active"],
        drain_timeout=params["drain_timeout_seconds"],
        on_drain_timeout=params["on_drain_timeout"],
        rejoin_timeout=params["rejoin_timeout_seconds"],
        poll_interval=params["poll_interval_seconds"],
    )
