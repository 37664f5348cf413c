# SPDX-License-Identifier: GPL-3.0-or-later
"""Look up in the ledger which version a service ran before its latest rollout: hybrid.rollout.rollout_previous."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.history import way_back
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import PREVIOUS_SPEC
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction


class ActionModule(RolloutAction):
    SPEC = PREVIOUS_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        path, found = params["ledger"], None
        if Ledger.is_there(path):
            with Ledger.open(path) as ledger:
                found = way_back(ledger, params["service"])
        if found is None:
            raise NotFound(
                f"The ledger {path} knows no version that {params['service']} ran before: name the one to go back to with "
                "-e rollout_version=1.4.1, or say in rollout_ledger which ledger knows it."
            )
        return {"changed": False, "version": found.to, "back_from": found.back_from, "run": found.run}
