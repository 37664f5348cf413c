# SPDX-License-Identifier: GPL-3.0-or-later
"""Give a member leave to start, or write down what became of it: hybrid.rollout.rollout_claim."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, outcomes, waiting
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import CLAIM_SPEC
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK, RolloutAction


class ActionModule(RolloutAction):
    SPEC = CLAIM_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        run, member = params["run"], params["member"]
        told = {"changed": True, "ledger": params["ledger"], "run": run, "member": member}
        if self._task.check_mode:
            return told
        try:
            return {**told, **self._claimed_or_finished(params)}
        except RolloutError as error:
            error.result = {**told, "changed": False, **error.result}
            raise

    @staticmethod
    def _claimed_or_finished(params: dict[str, Any]) -> dict[str, Any]:
        run, member, outcome = params["run"], params["member"], params["outcome"]
        with Ledger.open(params["ledger"]) as ledger:
            if params["state"] == "claimed":
                batch = waiting.claim_within(
                    ledger, run, member, params["wait_seconds"], REAL_CLOCK, token=params["token"]
                )
                return {"batch": batch}
            claims.finish(ledger, run, member, outcome, params["reason"], token=params["token"])
        result: dict[str, Any] = {"outcome": outcome, "reason": params["reason"]}
        if outcome != "done":
            result.update(failed=True, msg=params["reason"] or f"{member}: {outcomes.SAY[outcome]}")
        return result
