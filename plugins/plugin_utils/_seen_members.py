# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a service as HAProxy and they themselves say now. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate, open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import further_pools, members_found
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._member_versions import ask_members


def check_names(params: Mapping[str, Any]) -> None:
    for member in params["members"]:
        name(member["server"], "server")
    for pool in _pools(params, params["members"]):
        name(pool, "pool")


def estate_of(params: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Estate:
    """The endpoints, to be asked for every pool that one of the ``members`` is in."""
    return open_estate(params, _pools(params, members), REAL_CLOCK)


def seen_members(
    params: Mapping[str, Any], estate: Estate, members: Sequence[Mapping[str, Any]], seconds: Mapping[str, int]
) -> tuple[Sequence[Snapshot], list[Member]]:
    """What each endpoint said, and the members by their inventory names; ``seconds`` are what each is expected to take."""
    estate.gather()
    answers = ask_members(members, params["version_path"], Trust(params["health_ca_path"]), REAL_CLOCK)
    online, maintenance = params["online_pool"], params["maintenance_pool"]
    snapshots = estate.seen()
    return snapshots, members_found(snapshots, online, maintenance, members, answers=answers, seconds=seconds)


def _pools(params: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> list[str]:
    online = params["online_pool"]
    return [online, params["maintenance_pool"], *further_pools(online, members)]
