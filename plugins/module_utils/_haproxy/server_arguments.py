# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of haproxy_server, for module and action alike. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import ENDPOINTS_SPEC, VERIFY_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

SERVER_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        **REACH_SPEC,
        "servers": {"type": "list", "elements": "str", "required": True},
        "match": {"type": "str", "choices": ["name", "glob", "regex", "address"], "default": "name"},
        "backends": {"type": "list", "elements": "str"},
        "min_matches": {"type": "int", "default": 1},
        "state": {"type": "str", "choices": ["ready", "drain", "maint", "absent"]},
        "weight": {"type": "str"},
        "ramp": {
            "type": "dict",
            "options": {
                "steps": {"type": "list", "elements": "int", "required": True},
                "interval_seconds": {"type": "float", "required": True},
            },
        },
        "address": {"type": "str"},
        "port": {"type": "int"},
        "fqdn": {"type": "str"},
        "maxconn": {"type": "int"},
        "create": {
            "type": "dict",
            "options": {"parameters": {"type": "list", "elements": "str", "default": ["check"]}},
        },
        "agent": {"type": "str", "choices": ["enabled", "disabled"]},
        "health": {"type": "str", "choices": ["enabled", "disabled"]},
        "wait_for": {"type": "str", "choices": ["drained", "healthy", "removable"]},
        "timeout_seconds": {"type": "float", "default": 60.0},
        "poll_interval_seconds": {"type": "float", "default": 0.2},
        "on_timeout": {
            "type": "str",
            "choices": ["fail", "maint", "shutdown_sessions", "restore"],
            "default": "restore",
        },
        "min_active": {"type": "str", "default": "1"},
        **VERIFY_SPEC,
        **RECORD_SPEC,
    },
    "mutually_exclusive": [("weight", "ramp")],
}
