# SPDX-License-Identifier: GPL-3.0-or-later
"""``migration_run``: recorded by the controller, carried out where the tool is."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.run_arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction

SECONDS_TO_DIE = 10
TIME_IS_OVER = 124  # what timeout ends with


class ActionModule(RolloutAction):
    SPEC = SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if self._task.check_mode:
            return {"changed": True}
        limit = ["timeout", f"--kill-after={SECONDS_TO_DIE}", str(params["timeout_seconds"])]
        arguments = {"argv": [*limit, *params["argv"]], "chdir": params["chdir"], "_uses_shell": False}
        result: dict[str, Any] = self._execute_module("ansible.legacy.command", arguments, task_vars=task_vars)
        lost = bool(result.pop("unreachable", False))
        if lost or result.get("failed") or result.get("rc"):
            host, program = self._task_host(task_vars), params["argv"][0]
            # What the tool said stays out of failure, which the ledger keeps: it may have a password.
            failure = {
                "code": "unreachable" if lost else "module_failed",
                "endpoint": host,
                "command": program,
                "reply": None,
            }
            result.update(
                failed=True, msg=_words(result, lost, host, program, params["timeout_seconds"]), failure=failure
            )
        return {**result, "argv": params["argv"]}


def _words(result: dict[str, Any], lost: bool, host: str, program: str, seconds: int) -> str:
    if lost:
        return f"{host} cannot be reached, and {program} may still run there"
    if result.get("rc") == TIME_IS_OVER:
        return f"{program} on {host} did not end within {seconds} s, and was ended"
    if "rc" not in result:
        return f"{program} on {host} was not run: {result.get('msg')}"
    return f"{program} on {host} ended with {result['rc']}"
