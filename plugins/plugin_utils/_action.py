# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the collection's action plugins: one core, run on the controller without a module start. Private to hybrid.rollout.

An action validates its options against the module's own specification, writes the step's beginning to the ledger before it acts
and its end after, and turns every expected error into a *failed* result. A member that cannot be reached is a failed step too, never
``unreachable``: Ansible runs neither ``rescue`` nor ``always`` for unreachable hosts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Optional

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.plugin_utils._record import StepRecord

REAL_CLOCK = Clock(time.monotonic, time.sleep)


class RolloutAction(ActionBase):
    """Subclasses set ``SPEC`` (what AnsibleModule takes as keywords) and write ``act``."""

    SPEC: Mapping[str, Any] = {}
    _supports_check_mode = True
    _supports_diff = True

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Do the work and return the module's result; raise RolloutError for anything that stops the step."""
        raise NotImplementedError

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(**self.SPEC)
        record = self.step_record(params)
        try:
            record.begin()
            result.update(self.act(params, task_vars or {}))
        except RolloutError as error:
            result.update(error.result, failed=True, msg=str(error), failure=error.failure())
        except AnsibleConnectionFailure as error:
            result.update(
                failed=True,
                msg=f"{self._task_host(task_vars)} cannot be reached: {error}",
                failure={
                    "code": "unreachable",
                    "endpoint": self._task_host(task_vars),
                    "command": None,
                    "reply": str(error),
                },
            )
        try:
            record.end(result)
        except RolloutError as error:
            words = [result["msg"]] if result.get("failed") and result.get("msg") else []
            result.update(failed=True, msg=" ".join([*words, f"The end of this step is not written down: {error}"]))
            result.setdefault("failure", error.failure())
        return result

    def step_record(self, params: dict[str, Any]) -> StepRecord:
        return StepRecord(None if self._task.check_mode else params.get("record"))

    def _task_host(self, task_vars: Optional[dict[str, Any]]) -> str:
        """Where the task is carried out, which ``delegate_to`` may have set."""
        return str(self._task.delegate_to or (task_vars or {}).get("inventory_hostname", "the host"))
