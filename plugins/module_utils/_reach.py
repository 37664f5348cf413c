# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``reach_from`` option: who puts the questions, the controller or the task's host. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

REACH_SPEC: dict[str, Any] = {
    "reach_from": {"type": "str", "choices": ["controller", "target"], "default": "controller"}
}
