# SPDX-License-Identifier: GPL-3.0-or-later
"""``health_gate`` asked from the controller, without a module start, or from the task's host."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = ("consecutive_successes", "timeout_seconds", "no_data", "require", "report_only")
    ANSWER = ("waited_seconds",)

    def question(self, params: dict[str, Any]) -> dict[str, Any]:
        """Headers of a request may have a password in them."""
        targets = [{key: value for key, value in one.items() if key != "headers"} for one in params["targets"]]
        return {**super().question(params), "targets": targets}

    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        """Without excerpts of what targets said: nobody knows what stands in them."""
        targets = [
            {**{key: target[key] for key in ("name", "verdict", "asked", "attempts")}, "value": target["last"]["value"]}
            for target in result.get("targets", ())
        ]
        return {**super().answer(result), "targets": targets}

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if params["reach_from"] == "target":
            return self.on_member(task_vars)
        return run(params, self._task.check_mode, REAL_CLOCK)
