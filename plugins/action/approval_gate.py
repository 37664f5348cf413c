# SPDX-License-Identifier: GPL-3.0-or-later
"""``approval_gate`` asked on the controller, without a module start, or on the task's host."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._approval.arguments import SPEC, check
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.people import who_runs_this
from ansible_collections.hybrid.rollout.plugins.plugin_utils._gate import GateAction


class ActionModule(GateAction):
    SPEC = SPEC
    INPUTS = ("plan_hash", "service", "version", "approvals", "required_approvals", "authors", "namespace")
    ANSWER = ("reasons", "plan_hash", "requesters", "approved_by", "approvals")

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if params["reach_from"] == "target":
            check(params)
            return self.on_member(task_vars, requesters=[*params["requesters"], *who_runs_this()])
        return run(params, who_runs_this(), datetime.now(timezone.utc), self._task.check_mode)
