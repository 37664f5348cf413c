# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a run and of each of its members, in one word each: every form of a report is made from this. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import VERSIONS
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import SAY
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.contracting import CONTRACT_RUN, RELEASE
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.migrated import migrated

FORMAT = 1
NOT_FINISHED = "not_finished"
FAILED = ("rolled_back", "out", "unreachable", NOT_FINISHED)
SUCCEEDED = ("done", "nothing_to_do")


def verdict_of_run(run: dict[str, Any], events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """``run`` as ``runs.read_run`` gives it, with its events."""
    members = [_member(run, claim) for claim in run["claims"]]
    verdict = _verdict(run, {"done"} if run["version"] == CONTRACT_RUN else {member["verdict"] for member in members})
    return {
        "run": run["id"],
        "service": run["service"],
        "version": run["version"],
        "digest": run["digest"],
        "plan_hash": run["plan_hash"],
        "owner": str(lease.owner_of(run)),
        "opened_at": _time(run["opened_at"]),
        "closed_at": _time(run["closed_at"]),
        "seconds": _seconds(run["opened_at"], run["closed_at"]),
        "verdict": verdict,
        "succeeded": verdict in SUCCEEDED,
        "reason": run["stop_reason"] or run["control_reason"],
        "contract_of": run["plan"].get(RELEASE),
        "databases": migrated(events),
        "overrides": [_override(event) for event in events if event["kind"] == "gate" and _is_overridden(event)],
        "members": members,
    }


def verdict_of_playbook(
    runs: Sequence[dict[str, Any]], without_run: Optional[str], failed: Sequence[str]
) -> dict[str, Any]:
    """``without_run`` is why there is no run; ``failed`` are the tasks that Ansible calls failed."""
    broken = next((run for run in runs if not run["succeeded"]), None)
    if without_run is not None:
        verdict, reason = "no_run", without_run
    elif broken is not None:
        verdict, reason = broken["verdict"], broken["reason"]
    elif failed:
        verdict, reason = "failed_besides", f"Ansible failed besides the rollout: {'; '.join(failed)}"
    else:
        verdict, reason = runs[-1]["verdict"], None
    succeeded = verdict in SUCCEEDED
    return {"format": FORMAT, "verdict": verdict, "succeeded": succeeded, "reason": reason, "runs": list(runs)}


def _verdict(run: dict[str, Any], found: set[str]) -> str:
    if run["state"] == "abandoned":
        return "abandoned"
    if run["control"] == "aborted":
        return "aborted"
    if run["state"] == "open" and run["control"] == "paused":
        return "paused"
    if run["state"] == "stopped" or run["stop_reason"]:
        return "stopped"
    return NOT_FINISHED if run["state"] == "open" else _complete(found)


def _complete(found: set[str]) -> str:
    if not found:
        return "nothing_to_do"
    return "done" if found <= {"done", "skipped_offline"} else "done_in_part"


def _member(run: dict[str, Any], claim: dict[str, Any]) -> dict[str, Any]:
    verdict = claim["outcome"] or ("not_reached" if claim["state"] == "planned" else NOT_FINISHED)
    wanted = run["plan"].get(VERSIONS, {}).get(claim["member"], run["version"])
    after = {"done": wanted, "rolled_back": claim["previous_version"], "not_reached": claim["previous_version"]}
    return {
        "name": claim["member"],
        "verdict": verdict,
        "reason": claim["reason"] or (None if verdict == "done" else SAY.get(verdict, SAY[None])),
        "batch": claim["batch"],
        "zone": claim["zone"],
        "version_before": claim["previous_version"],
        "version_after": after.get(verdict),
        "started_at": _time(claim["claimed_at"]),
        "finished_at": _time(claim["finished_at"]),
        "seconds": _seconds(claim["claimed_at"], claim["finished_at"]),
    }


def _is_overridden(event: dict[str, Any]) -> bool:
    return bool(event["detail"].get("answer", {}).get("overridden"))


def _override(event: dict[str, Any]) -> dict[str, Any]:
    answer = event["detail"]["answer"]
    return {"gate": event["step"], **answer["override"], "without_it": answer["verdict_without_override"]}


def _time(at: Optional[float]) -> Optional[str]:
    return None if at is None else datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(start: Optional[float], end: Optional[float]) -> Optional[float]:
    return None if start is None or end is None else round(end - start, 3)
