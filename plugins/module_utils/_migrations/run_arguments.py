# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``migration_run``. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import RECORD_SPEC

SPEC: dict[str, Any] = {
    "argument_spec": {
        "argv": {"type": "list", "elements": "str", "required": True},
        "chdir": {"type": "path"},
        "timeout_seconds": {"type": "int", "default": 3600},
        **RECORD_SPEC,
    },
}
