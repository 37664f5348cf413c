# SPDX-License-Identifier: GPL-3.0-or-later
"""``member_release``: hands the task on to the action of the member's platform, which records it and carries it out."""

from __future__ import annotations

from typing import Any, Optional

from ansible.plugins.action import ActionBase
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release.platforms import SPEC, module_and_options


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        self.validate_argument_spec(**SPEC)
        try:
            name, options = module_and_options(self._task.args)
        except BadInput as error:
            return {"failed": True, "msg": str(error), "failure": error.failure()}
        task = self._task.copy()
        task.action, task.args = name, options
        action = self._shared_loader_obj.action_loader.get(
            name,
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = action.run(task_vars=task_vars)
        return result
