# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that replaces no member: it takes away in the databases what nobody needs any more. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import canonical

CONTRACT_RUN = "contract"  # stands for the version of such a run
RELEASE = "contract_of"  # in its plan


def contracting(service: str, release: str, lease_seconds: float) -> NewRun:
    plan = {"service": service, RELEASE: release}
    return NewRun(
        service=service,
        version=CONTRACT_RUN,
        digest="",
        url="",
        members=(),
        plan=plan,
        plan_hash=hashlib.sha256(canonical(plan)).hexdigest(),
        failure_budget=0,
        lease_seconds=lease_seconds,
        stays_open=True,
    )
