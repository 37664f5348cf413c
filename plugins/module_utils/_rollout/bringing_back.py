# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that rolls out no release: each of its members gets a version of its own, which it had before. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.lease import LEASE_SECONDS
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import VERSIONS
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import canonical


def bringing_back(
    plan: Mapping[str, Any],
    word: str,
    versions: Mapping[str, Optional[str]],
    members: Sequence[PlannedMember],
    *,
    failure_budget: int,
    limits: Optional[Limits] = None,
    lease_seconds: float = LEASE_SECONDS,
) -> NewRun:
    """``word`` stands for the version of the run; ``plan`` says of which service, and what else is to be known of it."""
    whole = {**plan, VERSIONS: dict(versions)}
    return NewRun(
        service=plan["service"],
        version=word,
        digest="",
        url="",
        members=members,
        plan=whole,
        plan_hash=hashlib.sha256(canonical(whole)).hexdigest(),
        failure_budget=failure_budget,
        limits=limits or Limits(),
        lease_seconds=lease_seconds,
    )
