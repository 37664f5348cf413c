# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause, resume, abort a run or break its lock, and show which runs are open: hybrid.rollout.rollout_control."""

from __future__ import annotations

import os
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import CONTROL_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.control import control, is_changed, state_of
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import open_runs, read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction


class ActionModule(RolloutAction):
    SPEC = CONTROL_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if not Ledger.is_there(params["ledger"]):
            if params["run"]:
                raise NotFound(
                    f"There is no ledger {params['ledger']}, so no run {params['run']}: check rollout_ledger."
                )
            return {"changed": False, "runs": []}
        with Ledger.open(params["ledger"]) as ledger:
            result = self._controlled(ledger, params) if params["run"] else {"changed": False}
            runs = [_told(ledger, run) for run in open_runs(ledger, params["service"])]
        return {**result, "runs": runs}

    def _controlled(self, ledger: Ledger, params: dict[str, Any]) -> dict[str, Any]:
        run, state = params["run"], params["state"]
        before = read_run(ledger, run)
        if state is None:
            return {"changed": False, "run": _told(ledger, before)}
        changed = is_changed(before, state)
        if changed and not self._task.check_mode:
            changed = control(ledger, run, state, params["reason"], Owner.of_process(os.getppid()))
        after = state if changed else state_of(before)
        words = [f"run {run}: {told}\n" for told in (state_of(before), after)]
        told = {**_told(ledger, before if self._task.check_mode else read_run(ledger, run)), "state": after}
        return {"changed": changed, "run": told, "diff": {"before": words[0], "after": words[1]}}


def _told(ledger: Ledger, run: dict[str, Any]) -> dict[str, Any]:
    owner, now = lease.owner_of(run), ledger.wall()
    return {
        "id": run["id"],
        "service": run["service"],
        "version": run["version"],
        "state": state_of(run),
        "reason": run["control_reason"] or run["stop_reason"],
        "owner": str(owner),
        "owner_is_alive": owner.is_alive(),
        "age_seconds": round(now - run["opened_at"]),
        "heartbeat_age_seconds": round(now - run["heartbeat_at"]),
        "lease_seconds": round(run["lease_seconds"]),
        "at_work": [claim["member"] for claim in run["claims"] if claim["state"] == "claimed"],
        "planned": [claim["member"] for claim in run["claims"] if claim["state"] == "planned"],
    }
