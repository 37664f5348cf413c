# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the estate, compute the batches of a rollout and open its run: hybrid.rollout.rollout_plan."""

from __future__ import annotations

import os
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.history import version_before
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import OpenedRun, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import PLAN_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.new_run import new_run
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, hash_of, in_words, make_plan
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import online_pools
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.release import Release
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import RolloutAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._artifact_store import resolve
from ansible_collections.hybrid.rollout.plugins.plugin_utils._seen_members import check_names, estate_of, seen_members


class ActionModule(RolloutAction):
    SPEC = PLAN_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check_names(params)
        release = resolve(
            params["service"],
            params["version"],
            params["artifact_url"],
            params["artifact_sha256"],
            params["artifact_headers"],
        )
        estate = estate_of(params)
        plan = self._plan(params, estate)
        planned = [
            {
                "name": member["name"],
                "batch": batch["number"],
                "canary": batch["canary"],
                "previous_version": member["version"],
            }
            for batch in plan["batches"]
            for member in batch["members"]
        ]
        path: str = params["ledger"]
        run: Optional[OpenedRun] = None
        # Check mode reads a ledger that is there and makes none.
        if not self._task.check_mode or Ledger.is_there(path):
            with Ledger.open(path) as ledger:
                path = ledger.path
                for member in planned:
                    member["previous_version"] = self._before(ledger, release, member)
                if not self._task.check_mode:
                    new = new_run(release, plan, planned, params["failure_budget"], params["lease_seconds"])
                    # The action runs in a fork of the controlling process: that one owns the run.
                    run = open_run(ledger, new, Owner.of_process(os.getppid()), params["take_over"])
        return {
            "changed": bool(planned),
            "run": {"id": run and run.id, "token": run and run.token, "ledger": path},
            "release": {
                "service": release.service,
                "version": release.version,
                "url": release.url,
                "sha256": release.sha256,
            },
            "plan": plan,
            "plan_hash": hash_of(plan),
            "plan_text": in_words(plan),
            "members": planned,
            "skipped_endpoints": sorted(estate.skipped),
            "warnings": estate.skipped_words(),
        }

    @staticmethod
    def _before(ledger: Ledger, release: Release, member: dict[str, Any]) -> Optional[str]:
        """What to put back: what the member runs, or what it ran before where it runs the new version already or does not answer."""
        seen: Optional[str] = member["previous_version"]
        if seen and seen != release.version:
            return seen
        return version_before(ledger, release.service, member["name"], release.version)

    @staticmethod
    def _plan(params: dict[str, Any], estate: Estate) -> dict[str, Any]:
        snapshots, members = seen_members(params, estate)
        wish = Wish(params["service"], params["version"], params["canary"], params["batch"], params["min_active"])
        return make_plan(wish, members, online_pools(snapshots, params["online_pool"]))
