# SPDX-License-Identifier: GPL-3.0-or-later
"""``change_window_gate`` by the controller's clock, without a module start, or by that of the task's host."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.arguments import SPEC, check, override_of
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.gate import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = (
        "windows",
        "freezes",
        "freeze_calendars",
        "time_zone",
        "minutes_before_end",
        "override_reason",
        "override_by",
    )
    ANSWER = (
        *("reasons", "asked_at", "open_until", "next_opening", "frozen_by"),
        *("overridden", "override", "verdict_without_override"),
    )

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if params["reach_from"] == "target":
            check(params)
            override_of(params)
            return self.on_member(task_vars)
        return run(params, datetime.now(timezone.utc), self._task.check_mode)
