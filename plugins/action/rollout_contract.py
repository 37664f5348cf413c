# SPDX-License-Identifier: GPL-3.0-or-later
"""Open the run in which the databases of a service are contracted: hybrid.rollout.rollout_contract."""

from __future__ import annotations

import os
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import OpenedRun, gone, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import wait_for_the_end
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import CONTRACT_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.contracting import contracting
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK, RolloutAction


class ActionModule(RolloutAction):
    SPEC = CONTRACT_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        path, run = params["ledger"], None
        if not self._task.check_mode:
            path, run = _open(params)
        return {"changed": True, "run": {"id": run and run.id, "token": run and run.token, "ledger": path}}


def _open(params: dict[str, Any]) -> tuple[str, Optional[OpenedRun]]:
    # The action runs in a fork of the controlling process: that one owns the run.
    owner = Owner.of_process(os.getppid())
    service, take_over = params["service"], params["take_over"]
    with Ledger.open(params["ledger"]) as ledger:
        wait_for_the_end(lambda: gone(ledger, service, owner, take_over), REAL_CLOCK)
        new = contracting(service, params["release"], params["lease_seconds"])
        return ledger.path, open_run(ledger, new, owner, take_over)
