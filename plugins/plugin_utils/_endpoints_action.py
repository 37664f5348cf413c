# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that talk to load balancers, from here or from the task's host. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction


class EndpointsAction(RolloutAction):
    """Adds the way over the task's connection, which ``reach_from: target`` asks for."""

    def from_target(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Run the module of the task's name over there; options that were left out are left out there too."""
        given = {name: value for name, value in params.items() if value is not None}
        result: dict[str, Any] = self._execute_module(
            self._task.resolved_action or self._task.action, given, task_vars=task_vars
        )
        return result
