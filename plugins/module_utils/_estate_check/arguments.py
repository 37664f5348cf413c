# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of estate_check, for module and action alike. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import ENDPOINTS_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

CHECK_SPEC: dict[str, Any] = {
    "argument_spec": {
        **ENDPOINTS_SPEC,
        "endpoints": {**ENDPOINTS_SPEC["endpoints"], "required": False},
        **REACH_SPEC,
        "pools": {"type": "list", "elements": "str"},
        "online_pool": {"type": "str"},
        "maintenance_pool": {"type": "str"},
        "members": {"type": "list", "elements": "str"},
        "configurations": {"type": "dict", "no_log": True},
        "configuration_paths": {"type": "list", "elements": "path"},
        "ignore": {"type": "list", "elements": "str", "default": []},
        "fail_on": {"type": "str", "choices": ["danger", "warning", "never"], "default": "never"},
    },
    "required_one_of": [("endpoints", "members", "configurations", "configuration_paths")],
    "required_by": {"maintenance_pool": "online_pool"},
}
