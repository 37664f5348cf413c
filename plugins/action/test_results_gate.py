# SPDX-License-Identifier: GPL-3.0-or-later
"""``test_results_gate`` read on the controller, without a module start, or on the task's host."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._results.arguments import SPEC, policy_from
from ansible_collections.hybrid.rollout.plugins.module_utils._results.gate import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = ("paths", "format", "max_failed", "max_failed_percent", "max_skipped", "min_tests")
    ANSWER = ("reasons", "counts")

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if params["reach_from"] == "target":
            policy_from(params)
            return self.on_member(task_vars)
        return run(params)
