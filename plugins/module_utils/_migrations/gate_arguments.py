# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``migration_gate``, and their sense. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import ENDPOINTS_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import ACCEPTABLE, UNDECLARED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import MEMBERS_SPEC

ROLLBACK = "rollback"
# What only the fleet can answer.
FLEET = (
    "service",
    "release",
    "ledger",
    "rollback_window_seconds",
    "members",
    "endpoints",
    "online_pool",
    "maintenance_pool",
)

NOT_NEGATIVE = (
    *("rollback_window_seconds", "pulled_max_age_seconds"),
    *("max_transaction_seconds", "max_replication_lag_seconds"),
)

SPEC: dict[str, Any] = {
    "argument_spec": {
        "phase": {"type": "str", "choices": [EXPAND, CONTRACT]},
        "check": {"type": "str", "choices": [ROLLBACK]},
        "states": {"type": "list", "elements": "dict", "required": True},
        "target_states": {"type": "list", "elements": "dict"},
        "release": {"type": "str"},
        "accept": {"type": "list", "elements": "str", "choices": list(ACCEPTABLE), "default": []},
        "may_skip": {"type": "list", "elements": "str", "default": []},
        "opinions": {"type": "list", "elements": "str", "choices": ["sqlglot", "squawk"], "default": []},
        "starts_when_ahead": {"type": "dict", "default": {}},
        "expected_fingerprints": {"type": "dict"},
        "max_transaction_seconds": {"type": "float"},
        "max_replication_lag_seconds": {"type": "float"},
        "service": {"type": "str"},
        "ledger": {"type": "path"},
        "rollback_window_seconds": {"type": "float"},
        "release_order": {"type": "list", "elements": "str", "default": []},
        "retired_members": {"type": "list", "elements": "str", "default": []},
        "servers_of_others": {"type": "list", "elements": "str", "default": []},
        "zones_pulled": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "member": {"type": "str", "required": True},
                "version": {"type": "str"},
                "seen_at": {"type": "str"},
            },
        },
        "pulled_max_age_seconds": {"type": "float", "default": 3600},
        **ENDPOINTS_SPEC,
        **MEMBERS_SPEC,
        "endpoints": {**ENDPOINTS_SPEC["endpoints"], "required": False},
        "online_pool": {"type": "str"},
        "maintenance_pool": {"type": "str"},
        "members": {
            **MEMBERS_SPEC["members"],
            "required": False,
            "options": {**MEMBERS_SPEC["members"]["options"], "health_url": {"type": "str"}},
        },
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
    "required_one_of": [("phase", "check")],
    "mutually_exclusive": [("phase", "check")],
    "required_if": [("phase", CONTRACT, FLEET), ("check", ROLLBACK, ("release", "target_states"))],
}


def check(params: dict[str, Any]) -> None:
    """BadInput for what cannot be meant, before anybody is asked."""
    for option in NOT_NEGATIVE:
        if params[option] is not None and params[option] < 0:
            raise BadInput(f"{option} is {params[option]:g}; it has to be 0 or more.")
    order = params["release_order"]
    twice = sorted({version for version in order if order.count(version) > 1})
    if twice:
        raise BadInput(f"release_order names {twice[0]} twice: every release has one place.")
    if params["check"] == ROLLBACK and UNDECLARED in params["accept"]:
        raise BadInput("accept has undeclared, which no rollback can be judged by: declare the phases of what has run.")
    for tool, starts in params["starts_when_ahead"].items():
        if not isinstance(starts, bool):
            raise BadInput(f"starts_when_ahead has {tool}: {starts!r}; it has to be true or false.")
    if params["phase"] == CONTRACT:
        _check_fleet(params)


def _check_fleet(params: dict[str, Any]) -> None:
    names = [member["name"] for member in params["members"]]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise BadInput(f"members names {twice[0]} twice.")
    for member in params["members"]:
        name(member["server"], "server")
        for pool in member["also_in_pools"]:
            name(pool, "pool")
    for option in ("online_pool", "maintenance_pool"):
        name(params[option], "pool")
