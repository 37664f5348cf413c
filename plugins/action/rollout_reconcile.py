# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the members that are out of rotation, say why, and open a run for those that can be brought back: hybrid.rollout.rollout_reconcile."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import Way, allowed
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import (
    LastClaim,
    last_claims,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    OpenedRun,
    PlannedMember,
    close_gone,
    gone,
    open_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import wait_for_the_end
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import RECONCILE_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.bringing_back import bringing_back
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.stranded import RECONCILE, Finding, find
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK, RolloutAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._seen_members import check_names, estate_of, seen_members
from ansible_collections.hybrid.rollout.plugins.plugin_utils._ways import ways_to


class ActionModule(RolloutAction):
    SPEC = RECONCILE_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check_names(params)
        path, service = params["ledger"], params["service"]
        run: Optional[OpenedRun] = None
        claims: Mapping[str, LastClaim] = {}
        abandoned: list[tuple[str, str]] = []
        # The action runs in a fork of the controlling process: that one owns the run.
        owner = Owner.of_process(os.getppid())
        if Ledger.is_there(path):
            with Ledger.open(path) as ledger:
                path = ledger.path
                wait_for_the_end(lambda: gone(ledger, service, owner, params["take_over"]), REAL_CLOCK)
                with ledger.transaction():
                    abandoned = gone(ledger, service, owner, params["take_over"])
                    claims = last_claims(ledger, service)
                    if not self._task.check_mode:
                        close_gone(ledger, service, owner, params["take_over"])
        estate = estate_of(params, params["members"])
        _snapshots, members = seen_members(params, estate, params["members"], {})
        findings = [find(member, claims.get(member.name)) for member in members]
        mended = [finding for finding in findings if finding.version]
        if mended and not self._task.check_mode:  # only what the ledger knows can be mended
            with Ledger.open(path) as ledger:
                unverified = allowed(ways_to([finding.member for finding in mended], task_vars["hostvars"]))
                run = self._open(ledger, params, owner, mended, unverified)
        return {
            "changed": bool(mended or abandoned),
            "run": {"id": run and run.id, "token": run and run.token, "ledger": path},
            "findings": [asdict(finding) for finding in findings],
            "findings_text": in_words(service, findings, abandoned),
            "abandoned": [{"run": of, "reason": reason} for of, reason in abandoned],
            "skipped_endpoints": sorted(estate.skipped),
            "warnings": estate.skipped_words(),
        }

    @staticmethod
    def _open(
        ledger: Ledger, params: dict[str, Any], owner: Owner, mended: Sequence[Finding], unverified: Sequence[Way]
    ) -> OpenedRun:
        new = bringing_back(
            {"service": params["service"], "unverified_connections": [way.facts() for way in unverified]},
            RECONCILE,
            {finding.member: finding.version for finding in mended},
            [PlannedMember(finding.member, number, finding.fallback) for number, finding in enumerate(mended, 1)],
            failure_budget=len(mended),
        )
        return open_run(ledger, new, owner)


def in_words(service: str, findings: Sequence[Finding], abandoned: Sequence[tuple[str, str]]) -> list[str]:
    out = [finding for finding in findings if not finding.fine]
    lines = [f"{service}: {len(findings) - len(out)} of {len(findings)} members serve customers everywhere"]
    lines += [f"  {finding.member} {finding.why}" for finding in out]
    return lines + [f"  run {run} is open and {reason}: it is marked abandoned" for run, reason in abandoned]
