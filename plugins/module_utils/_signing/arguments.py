# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``artifact_gate``. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC

NAMESPACE = "rollout-artifact@hybrid.rollout"

SPEC: dict[str, Any] = {
    "argument_spec": {
        "url": {"type": "str", "required": True},
        "sha256": {"type": "str", "required": True},
        "headers": {"type": "dict", "no_log": True},
        "allowed_signers": {"type": "path", "required": True},
        "revoked_keys": {"type": "path"},
        "namespace": {"type": "str", "default": NAMESPACE},
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
}
