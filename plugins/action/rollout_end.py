# SPDX-License-Identifier: GPL-3.0-or-later
"""Close a run, say who is not done, and open a run for those who go back: hybrid.rollout.rollout_end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.ending import PUT_BACK, end, to_put_back
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import SAY
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    OpenedRun,
    PlannedMember,
    open_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import END_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.bringing_back import bringing_back
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction

Claims = Sequence[dict[str, Any]]


class ActionModule(RolloutAction):
    SPEC = END_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if self._task.check_mode:
            return {"changed": False}
        with Ledger.open(params["ledger"]) as ledger:
            ended = end(ledger, params["run"], params["token"], params["stop_reason"])
            put_back = _batches(to_put_back(ended, params["on_failure"]))
            members = [_member(claim, ended, batch) for claim, batch in put_back]
            opened = _open(ledger, ended, members) if members else None
        return {
            "changed": True,
            "state": ended["state"],
            "reason": ended["control_reason"] or ended["stop_reason"],
            "not_done": [
                {
                    "member": claim["member"],
                    "outcome": claim["outcome"],
                    "reason": claim["reason"] or SAY[claim["outcome"]],
                }
                for claim in ended["claims"]
                if claim["outcome"] not in ("done", "skipped_offline")
            ],
            "put_back": members,
            "run": {"id": opened and opened.id, "token": opened and opened.token, "ledger": params["ledger"]},
        }


def _batches(claims: Claims) -> list[tuple[dict[str, Any], int]]:
    """Each claim with its new batch: those that went together come back together."""
    batches = [list(together) for _batch, together in groupby(claims, key=lambda claim: claim["batch"])]
    return [(claim, number) for number, together in enumerate(batches, 1) for claim in together]


def _member(claim: dict[str, Any], run: dict[str, Any], batch: int) -> dict[str, Any]:
    return {
        "name": claim["member"],
        "batch": batch,
        "version": claim["previous_version"],
        "previous_version": run["version"],
        "zone": claim["zone"],
        "pools": claim["pools"],
    }


def _open(ledger: Ledger, ended: dict[str, Any], members: Sequence[dict[str, Any]]) -> OpenedRun:
    new = bringing_back(
        {"service": ended["service"], "puts_back": ended["id"]},
        PUT_BACK,
        {m["name"]: m["version"] for m in members},
        [
            PlannedMember(m["name"], m["batch"], m["previous_version"], zone=m["zone"], pools=m["pools"])
            for m in members
        ],
        failure_budget=0,
        limits=Limits(**ended["limits"]),
        lease_seconds=ended["lease_seconds"],
    )
    # The action runs in a fork of the controlling process: that one owns the run.
    return open_run(ledger, new, Owner.of_process(os.getppid()))
