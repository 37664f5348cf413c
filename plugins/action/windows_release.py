# SPDX-License-Identifier: GPL-3.0-or-later
"""``windows_release``: decided and recorded by the controller, carried out on the member by modules for Windows."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.steps import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._windows_calls import WindowsAction


class ActionModule(WindowsAction):
    SPEC = SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        shell = self._connection._shell
        if not getattr(shell, "_IS_WINDOWS", False):
            raise BadInput(
                f"{self._task_host(task_vars)} is not reached as a Windows host: its shell is {shell.SHELL_FAMILY}. "
                "Set ansible_connection to winrm or psrp, or ansible_shell_type to powershell; for Linux there is linux_release."
            )
        try:
            result = run(params, self._task.check_mode, partial(self.ask, task_vars=task_vars))
        except RolloutError as error:
            error.result = {**error.result, "calls": self.asked}
            raise
        return {**result, "calls": self.asked}
