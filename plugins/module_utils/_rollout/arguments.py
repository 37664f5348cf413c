# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specifications of the modules that speak of runs. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import ENDPOINTS_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.ending import ON_FAILURE
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.lease import LEASE_SECONDS
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import OUTCOMES
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.modes import BATCHES, MODES
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.offline import POLICIES

CLAIM_SPEC: dict[str, Any] = {
    "argument_spec": {
        "ledger": {"type": "path", "required": True},
        "run": {"type": "str", "required": True},
        "member": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["claimed", "finished"], "default": "claimed"},
        "outcome": {"type": "str", "choices": list(OUTCOMES)},
        "reason": {"type": "str"},
        "token": {"type": "int", "no_log": False},
        "wait_seconds": {"type": "float", "default": 0},
    },
    "required_if": [("state", "finished", ("outcome",))],
}

END_SPEC: dict[str, Any] = {
    "argument_spec": {
        "ledger": {"type": "path", "required": True},
        "run": {"type": "str", "required": True},
        "token": {"type": "int", "no_log": False},
        "on_failure": {"type": "str", "choices": list(ON_FAILURE), "default": "member"},
        "stop_reason": {"type": "str"},
    },
}

CONTRACT_SPEC: dict[str, Any] = {
    "argument_spec": {
        "service": {"type": "str", "required": True},
        "release": {"type": "str", "required": True},
        "ledger": {"type": "path", "required": True},
        "lease_seconds": {"type": "int", "default": LEASE_SECONDS},
        "take_over": {"type": "str"},
        "open_run": {"type": "bool", "default": True},
    },
}

MEMBERS_SPEC: dict[str, Any] = {
    "members": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "server": {"type": "str", "required": True},
            "health_url": {"type": "str", "required": True},
            "zone": {"type": "str"},
            "also_in_pools": {"type": "list", "elements": "str", "default": []},
            "excluded": {"type": "str"},
        },
    },
    "version_path": {"type": "str", "default": "version"},
    "health_ca_path": {"type": "path"},
    "online_pool": {"type": "str", "required": True},
    "maintenance_pool": {"type": "str", "required": True},
}

PLANNED_MEMBERS_SPEC: dict[str, Any] = {
    **MEMBERS_SPEC,
    "members": {
        **MEMBERS_SPEC["members"],
        "options": {
            **MEMBERS_SPEC["members"]["options"],
            "artifact_url": {"type": "str"},
            "artifact_sha256": {"type": "str"},
        },
    },
}

PREVIOUS_SPEC: dict[str, Any] = {
    "argument_spec": {
        "service": {"type": "str", "required": True},
        "ledger": {"type": "path", "required": True},
    },
}

RECONCILE_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        **MEMBERS_SPEC,
        "service": {"type": "str", "required": True},
        "ledger": {"type": "path", "required": True},
        "take_over": {"type": "str"},
    },
}

PLAN_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        **PLANNED_MEMBERS_SPEC,
        "service": {"type": "str", "required": True},
        "version": {"type": "str", "required": True},
        "artifact_url": {"type": "str", "required": True},
        "artifact_sha256": {"type": "str"},
        "artifact_headers": {"type": "dict", "no_log": True},
        "limited_to": {"type": "list", "elements": "str"},
        "offline": {"type": "str", "choices": list(POLICIES), "default": "refuse"},
        "mode": {"type": "str", "choices": list(MODES), "default": BATCHES},
        "canary": {"type": "int", "default": 1},
        "batch": {"type": "list", "elements": "str", "default": ["1"]},
        "max_out_per_zone": {"type": "str"},
        "max_out_per_pool": {"type": "str"},
        "min_active": {"type": "str", "default": "50%"},
        "failure_budget": {"type": "int", "default": 0},
        "ledger": {"type": "path", "required": True},
        "lease_seconds": {"type": "int", "default": LEASE_SECONDS},
        "take_over": {"type": "str"},
        "open_run": {"type": "bool", "default": True},
        "plan_path": {"type": "path"},
        "approved_plan": {"type": "str"},
        "approved_plan_path": {"type": "path"},
    },
    "required_by": {"approved_plan_path": "approved_plan"},
}
