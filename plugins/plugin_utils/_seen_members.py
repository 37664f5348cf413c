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
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import members_found
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._member_versions import read_versions


def check_names(params: Mapping[str, Any]) -> None:
    for member in params["members"]:
        name(member["server"], "server")
    for pool in (params["online_pool"], params["maintenance_pool"]):
        name(pool, "pool")


def estate_of(params: Mapping[str, Any]) -> Estate:
    return open_estate(params, [params["online_pool"], params["maintenance_pool"]], REAL_CLOCK)


def seen_members(params: Mapping[str, Any], estate: Estate) -> tuple[Sequence[Snapshot], list[Member]]:
    """What each endpoint said, and the members by their inventory names."""
    estate.gather()
    versions = read_versions(params["members"], params["version_path"], Trust(params["health_ca_path"]), REAL_CLOCK)
    online, maintenance = params["online_pool"], params["maintenance_pool"]
    return estate.seen(), members_found(estate.seen(), online, maintenance, params["members"], versions)
