# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the run in which the databases of a service are contracted: hybrid.rollout.rollout_contract."""

from __future__ import annotations

import os
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    OpenedRun,
    close_gone,
    gone,
    open_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import wait_for_the_end
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import CONTRACT_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.contracting import contracting
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK, RolloutAction


class ActionModule(RolloutAction):
    SPEC = CONTRACT_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        path, run = params["ledger"], None
        abandoned: list[tuple[str, str]] = []
        if not self._task.check_mode and (params["open_run"] or Ledger.is_there(path)):
            with Ledger.open(path) as ledger:
                path = ledger.path
                abandoned, run = _made_way(ledger, params)
        return {
            "changed": params["open_run"] or bool(abandoned),
            "run": {"id": run and run.id, "token": run and run.token, "ledger": path},
            "abandoned": [{"run": of, "reason": reason} for of, reason in abandoned],
        }


def _made_way(ledger: Ledger, params: dict[str, Any]) -> tuple[list[tuple[str, str]], Optional[OpenedRun]]:
    """The runs that made way, and the one that was opened."""
    # The action runs in a fork of the controlling process: that one owns the run.
    owner = Owner.of_process(os.getppid())
    service, take_over = params["service"], params["take_over"]
    wait_for_the_end(lambda: gone(ledger, service, owner, take_over), REAL_CLOCK)
    with ledger.transaction():
        abandoned = gone(ledger, service, owner, take_over)
        close_gone(ledger, service, owner, take_over)
    if not params["open_run"]:
        return abandoned, None
    return abandoned, open_run(ledger, contracting(service, params["release"], params["lease_seconds"]), owner)
