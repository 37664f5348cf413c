# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that a release has on every platform. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import RECORD_SPEC

OF_EVERY_PLATFORM: dict[str, Any] = {
    "state": {"type": "str", "choices": ["staged", "current", "pruned"], "required": True},
    "version": {"type": "str"},
    "url": {"type": "str"},
    "sha256": {"type": "str"},
    "headers": {"type": "dict", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "keep": {"type": "int", "default": 3},
    **RECORD_SPEC,
}
