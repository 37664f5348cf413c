# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run's plays: who is not done, and who goes back because others failed. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import BROKEN
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import close_run, read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

PUT_BACK = "put-back"  # stands for the version of a run that puts members back, each on its own
ON_FAILURE = ("member", "batch", "all", "none")


def end(ledger: Ledger, run: str, token: Optional[int], stop_reason: Optional[str] = None) -> dict[str, Any]:
    """Close the run, because nobody is at work in it any more, and return it. A paused one stays open: a person decides about it.

    ``stop_reason`` is why it is not through, where that is no matter of its members. The first reason stays.
    """
    with ledger.transaction():
        found = read_run(ledger, run)
        lease.hold(ledger, found, token)
        if found["state"] == "open" and found["control"] != "paused":
            whole = stop_reason is None and all(claim["outcome"] == "done" for claim in found["claims"])
            reason = found["stop_reason"] or stop_reason or _why(found)
            close_run(ledger, run, "done" if whole else "stopped", reason)
    return read_run(ledger, run)


def to_put_back(run: dict[str, Any], policy: str) -> list[dict[str, Any]]:
    """The claims of members that are done and go back to what they ran before, the latest batch first."""
    broken = {claim["batch"] for claim in run["claims"] if is_broken(claim)}
    if policy not in ("batch", "all") or run["state"] != "stopped" or not broken:
        return []
    return [
        claim
        for claim in reversed(run["claims"])
        if claim["outcome"] == "done" and claim["previous_version"] and (policy == "all" or claim["batch"] in broken)
    ]


def is_broken(claim: dict[str, Any]) -> bool:
    """Failed, or started without anybody having written down how it ended."""
    return claim["outcome"] in BROKEN or claim["state"] == "claimed"


def _why(run: dict[str, Any]) -> Optional[str]:
    lost = [claim["member"] for claim in run["claims"] if claim["state"] == "claimed"]
    if lost:
        return f"{', '.join(lost)} started and did not finish: see what Ansible says of the failed task."
    idle = [claim["member"] for claim in run["claims"] if claim["state"] == "planned"]
    return f"{', '.join(idle)} did not start: see claim_refused in the ledger's events." if idle else None
