# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``record`` option of every step of a rollout, the ``occasion`` of a gate, and what is asked of rollout_control. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

STATES = ("open", "paused", "aborted", "abandoned")
CONTROL_SPEC: dict[str, Any] = {
    "argument_spec": {
        "ledger": {"type": "path", "required": True},
        "run": {"type": "str"},
        "service": {"type": "str"},
        "state": {"type": "str", "choices": list(STATES)},
        "reason": {"type": "str"},
    },
    "required_by": {"state": ("run", "reason")},
}
RECORD_SPEC: dict[str, Any] = {
    "record": {
        "type": "dict",
        "options": {
            "ledger": {"type": "path", "required": True},
            "run": {"type": "str", "required": True},
            "token": {"type": "int", "no_log": False},
            "member": {"type": "str"},
            "step": {"type": "str", "required": True},
        },
    }
}

OCCASION_SPEC: dict[str, Any] = {"occasion": {"type": "str"}}
