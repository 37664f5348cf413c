# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``record`` option that every step of a rollout takes, and the ``occasion`` of a gate. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

RECORD_SPEC: dict[str, Any] = {
    "record": {
        "type": "dict",
        "options": {
            "ledger": {"type": "path", "required": True},
            "run": {"type": "str", "required": True},
            "member": {"type": "str"},
            "step": {"type": "str", "required": True},
        },
    }
}

OCCASION_SPEC: dict[str, Any] = {"occasion": {"type": "str"}}
