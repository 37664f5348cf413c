# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of haproxy_pool and haproxy_pool_info, for modules and actions alike. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

ENDPOINTS_SPEC: dict[str, Any] = {
    "endpoints": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str"},
            "url": {"type": "str", "required": True},
            "allow_clear_text": {"type": "bool", "default": False},
            "may_be_down": {"type": "bool", "default": False},
        },
    },
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "connect_timeout_seconds": {"type": "float", "default": 5.0},
    "read_timeout_seconds": {"type": "float", "default": 10.0},
}

VERIFY_SPEC: dict[str, Any] = {
    "verify": {"type": "bool", "default": False},
    "since": {"type": "dict"},
    "on_restart": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
}

POOL_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        **REACH_SPEC,
        "online_pool": {"type": "str", "required": True},
        "maintenance_pool": {"type": "str"},
        "members": {"type": "list", "elements": "str", "required": True},
        "placement": {"type": "str", "choices": ["online", "maintenance", "offline"], "required": True},
        "drain_timeout_seconds": {"type": "float", "default": 60.0},
        "on_drain_timeout": {
            "type": "str",
            "choices": ["fail", "maint", "shutdown_sessions", "restore"],
            "default": "restore",
        },
        "rejoin_timeout_seconds": {"type": "float", "default": 60.0},
        "poll_interval_seconds": {"type": "float", "default": 0.2},
        "min_active": {"type": "str", "default": "1"},
        **VERIFY_SPEC,
        **RECORD_SPEC,
    },
    "required_if": [("placement", "maintenance", ["maintenance_pool"])],
}

INFO_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        **REACH_SPEC,
        "pools": {"type": "list", "elements": "str"},
        "online_pool": {"type": "str"},
        "maintenance_pool": {"type": "str"},
        "members": {"type": "list", "elements": "str"},
    },
    "required_one_of": [("pools", "online_pool")],
    "mutually_exclusive": [("pools", "online_pool")],
    "required_by": {"maintenance_pool": "online_pool"},
}
