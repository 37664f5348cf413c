# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the estate, compute the batches of a rollout and open its run: hybrid.rollout.rollout_plan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import Way, allowed
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.durations import expected_seconds, seconds_taken
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.history import version_before
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import OpenedRun, gone, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import wait_for_the_end
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import hash_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import PLAN_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.new_run import new_run
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.offline import part_offline
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import further_pools, online_pools
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.release import Release
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.table import as_table
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.words import in_words, unverified_in_words
from ansible_collections.hybrid.rollout.plugins.plugin_utils._action import REAL_CLOCK, RolloutAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._artifact_store import release_of
from ansible_collections.hybrid.rollout.plugins.plugin_utils._members_asked import part
from ansible_collections.hybrid.rollout.plugins.plugin_utils._plan_file import check_approval, write_plan
from ansible_collections.hybrid.rollout.plugins.plugin_utils._seen_members import check_names, estate_of, seen_members
from ansible_collections.hybrid.rollout.plugins.plugin_utils._ways import ways_to


class ActionModule(RolloutAction):
    SPEC = PLAN_SPEC

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        check_names(params)
        members, excluded, limited = part(params["members"], params["limited_to"])
        names = [member["name"] for member in members]
        unverified = allowed(ways_to(names, task_vars["hostvars"]))
        release = release_of(params, params["members"])
        estate = estate_of(params, members)
        path: str = params["ledger"]
        run: Optional[OpenedRun] = None
        opens = params["open_run"] and not self._task.check_mode
        # A run that is not opened reads a ledger that is there and makes none.
        with Ledger.open(path) if opens or Ledger.is_there(path) else nullcontext() as ledger:
            # The action runs in a fork of the controlling process: that one owns the run.
            owner = Owner.of_process(os.getppid())
            if ledger and opens:
                wait_for_the_end(lambda: gone(ledger, release.service, owner, params["take_over"]), REAL_CLOCK)
            path = ledger.path if ledger else path
            taken = seconds_taken(ledger, release.service) if ledger else []
            seconds = expected_seconds(taken, names)
            snapshots, found = seen_members(params, estate, members, seconds)
            present, offline = part_offline(found, params["offline"])
            pools = online_pools(snapshots, params["online_pool"], further_pools(params["online_pool"], members))
            plan = make_plan(_wish(params, release, unverified), present, pools, [*excluded, *offline], limited)
            planned = [
                {**_of_the_plan(member, release), "batch": batch["number"], "canary": batch["canary"]}
                for batch in plan["batches"]
                for member in batch["members"]
            ]
            for member in planned:
                member["previous_version"] = _before(ledger, release, member)
            if params["approved_plan"]:
                check_approval(plan, params["approved_plan"], params["approved_plan_path"])
            written = bool(params["plan_path"]) and not self._task.check_mode and write_plan(plan, params["plan_path"])
            if ledger and opens:
                new = new_run(release, plan, planned, params["failure_budget"], params["lease_seconds"])
                run = open_run(ledger, new, owner, params["take_over"])
        return {
            "changed": written or (params["open_run"] and bool(planned)),
            "run": {"id": run and run.id, "token": run and run.token, "ledger": path},
            "release": {
                "service": release.service,
                "version": release.version,
                "url": release.url,
                "sha256": release.sha256,
                "artifacts": [asdict(artifact) for artifact in release.artifacts],
            },
            "plan": plan,
            "plan_hash": hash_of(plan),
            "plan_text": in_words(plan),
            "plan_table": as_table(plan, hash_of(plan)),
            "members": planned,
            "skipped_offline": plan["skipped_offline"],
            "left_out_by_limit": plan["left_out_by_limit"],
            "skipped_endpoints": sorted(estate.skipped),
            "warnings": estate.skipped_words() + _warnings(plan),
        }


def _before(ledger: Optional[Ledger], release: Release, member: dict[str, Any]) -> Optional[str]:
    """What to put back: what the member runs, or what it ran before where it runs the new version already or does not answer."""
    seen: Optional[str] = member["previous_version"]
    if seen and seen != release.version:
        return seen
    return version_before(ledger, release.service, member["name"], release.version) if ledger else None


def _wish(params: Mapping[str, Any], release: Release, unverified: Sequence[Way]) -> Wish:
    return Wish(
        params["service"],
        params["version"],
        params["canary"],
        params["batch"],
        params["min_active"],
        params["max_out_per_zone"],
        params["max_out_per_pool"],
        params["failure_budget"],
        release.sha256,
        params["mode"],
        {name: artifact.sha256 for name, artifact in release.by_member.items()},
        [way.facts() for way in unverified],
    )


def _of_the_plan(member: Mapping[str, Any], release: Release) -> dict[str, Any]:
    return {
        "name": member["name"],
        "zone": member["zone"],
        "pools": member["pools"],
        "previous_version": member["version"],
        **asdict(release.by_member[member["name"]]),
    }


def _warnings(plan: Mapping[str, Any]) -> list[str]:
    words = [f"{member['name']} is skipped, {member['reason']}" for member in plan["skipped_offline"]]
    if plan["left_out_by_limit"]:
        words.append(f"left out by --limit, whatever they run: {', '.join(plan['left_out_by_limit'])}")
    return words + [line.strip() for line in unverified_in_words(plan)]
