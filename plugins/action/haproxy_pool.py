# SPDX-License-Identifier: GPL-3.0-or-later
"""haproxy_pool on the controller: the same core without a module start."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import POOL_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK
from ansible_collections.hybrid.rollout.plugins.plugin_utils._exclusive import exclusive
from ansible_collections.hybrid.rollout.plugins.plugin_utils._on_member import OnMemberAction


class ActionModule(OnMemberAction):
    SPEC = POOL_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        alone = exclusive(None if self._task.check_mode else params.get("record"))
        if params["reach_from"] == "controller":
            return run(params, self._task.check_mode, REAL_CLOCK, alone)
        with alone:
            # The floor is checked over there, so the lock is held until the module has come back.
            return self.on_member(task_vars)
