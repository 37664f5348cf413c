# SPDX-License-Identifier: GPL-3.0-or-later
"""``health_gate`` asked from the controller, without a module start, or from the task's host."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._on_member import OnMemberAction


class ActionModule(OnMemberAction):
    SPEC = SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if params["reach_from"] == "target":
            return self.on_member(task_vars)
        return run(params, self._task.check_mode, REAL_CLOCK)
