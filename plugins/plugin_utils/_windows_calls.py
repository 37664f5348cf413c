# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out module calls on a Windows member; each failure is a RolloutError. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release import failures
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction


class WindowsAction(RolloutAction):
    """``ask`` is an ``act``'s way to the member; ``asked`` counts, because each call is a PowerShell start on it."""

    asked = 0

    def ask(self, call: ModuleCall, task_vars: dict[str, Any]) -> dict[str, Any]:
        host = self._task_host(task_vars)
        self.asked += 1
        try:
            result: dict[str, Any] = self._execute_module(
                module_name=call.module, module_args=dict(call.arguments), task_vars=task_vars
            )
        except (
            AnsibleConnectionFailure,
            OSError,
        ) as error:  # pywinrm lets a connection that broke off through as it is
            raise failures.unreachable(call, host, str(error)) from error
        except AnsibleError as error:
            if "was not found" not in str(error):
                raise
            collection = call.module.rpartition(".")[0]
            raise NotFound(
                f"The module {call.module} is not installed on the controller. Install it with: "
                f"ansible-galaxy collection install {collection}",
                endpoint="controller",
                command=call.module,
                reply=str(error),
            ) from error
        if result.get("unreachable"):
            raise failures.unreachable(call, host, str(result.get("msg", "")).strip())
        if result.get("failed"):
            raise failures.failed(call, host, result)
        return result
