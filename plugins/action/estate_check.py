# SPDX-License-Identifier: GPL-3.0-or-later
"""estate_check on the controller: the same core without a module start."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.arguments import CHECK_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.check import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._on_member import OnMemberAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._ways import ways_to


class ActionModule(OnMemberAction):
    SPEC = CHECK_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        members = params["members"] or []
        if params["reach_from"] == "controller":
            return run(params, REAL_CLOCK, ways_to(members, task_vars["hostvars"]))
        if members:
            raise BadInput("members are judged on the controller, which connects to them: leave reach_from out.")
        return self.on_member(task_vars)
