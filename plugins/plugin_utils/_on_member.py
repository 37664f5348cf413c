# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an action's module on the task's host; every failure has a code. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction


class OnMemberAction(RolloutAction):
    """``on_member`` is an ``act`` that starts the module of the same name on the host."""

    def on_member(self, task_vars: dict[str, Any], **more: object) -> dict[str, Any]:
        """The module's result; ``more`` are options in place of the task's. ``record`` stays here: the ledger is the controller's."""
        module = f"hybrid.rollout.{self._task.action.rpartition('.')[2]}"
        arguments = {option: value for option, value in self._task.args.items() if option != "record"}
        arguments.update(more)
        result: dict[str, Any] = self._execute_module(module_name=module, module_args=arguments, task_vars=task_vars)
        lost = bool(result.pop("unreachable", False))
        if lost or (result.get("failed") and not result.get("failure")):
            reply = str(result.get("module_stderr") or result.get("module_stdout") or result.get("msg") or "").strip()
            host = self._task_host(task_vars)
            result["failed"] = True
            result["failure"] = {
                "code": "unreachable" if lost else "module_failed",
                "endpoint": host,
                "command": module,
                "reply": reply,
            }
            result["msg"] = (
                f"{host} cannot be reached: {reply}" if lost else f"{module} did not run to its end on {host}: {reply}"
            )
        return result
