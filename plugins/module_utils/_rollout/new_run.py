# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan to the run that the ledger opens for it. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import hash_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.release import Release


def new_run(
    release: Release,
    plan: dict[str, Any],
    planned: Sequence[dict[str, Any]],
    failure_budget: int,
    lease_seconds: float,
) -> NewRun:
    """``planned`` are the members in order, each with its batch and the version to put back. What a plan does not say is not limited."""
    described = {member["name"]: member for batch in plan["batches"] for member in batch["members"]}
    members = [
        PlannedMember(
            name=member["name"],
            batch=member["batch"],
            previous_version=member["previous_version"],
            zone=described[member["name"]].get("zone"),
            pools=described[member["name"]].get("pools", ()),
        )
        for member in planned
    ]
    last = max((member.batch for member in members), default=1)
    skipped = [
        PlannedMember(found["name"], last, None, skipped_offline=found["reason"])
        for found in plan.get("skipped_offline", ())
    ]
    limits = plan.get("limits", {})
    return NewRun(
        service=release.service,
        version=release.version,
        digest=release.sha256,
        url=release.url,
        members=[*members, *skipped],
        plan=plan,
        plan_hash=hash_of(plan),
        failure_budget=failure_budget,
        limits=Limits(plan.get("window") or None, limits.get("zones", {}), limits.get("pools", {})),
        lease_seconds=lease_seconds,
    )
