# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of a rollout, for an operator: what happened, where, and what to do. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.ending import PUT_BACK
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import SAY
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.stranded import RECONCILE

BECOME = {RECONCILE: "brought back", PUT_BACK: "put back"}


def summary(run: dict[str, Any]) -> list[str]:
    """The lines for a run as ``runs.read_run`` gives it."""
    claims = run["claims"]
    done = [claim["member"] for claim in claims if claim["outcome"] == "done"]
    broken = [
        claim
        for claim in claims
        if claim["outcome"] not in ("done", "not_reached", "skipped_offline", None) or claim["state"] == "claimed"
    ]
    skipped = [claim["member"] for claim in claims if claim["outcome"] == "skipped_offline"]
    idle = [claim["member"] for claim in claims if claim["outcome"] == "not_reached" or claim["state"] == "planned"]
    what = {RECONCILE: "reconciled", PUT_BACK: "put back"}.get(run["version"], f"to {run['version']}")
    lines = [f"{run['service']} {what}: {_headline(run, len(done))}"]
    lines += [f"  why: {run['stop_reason']}"] if run["stop_reason"] else []
    lines += [f"  done: {', '.join(done)}"] if done else []
    for claim in broken:
        lines.append(f"  {claim['member']}: {SAY[claim['outcome']]}")
        lines += [f"    {line}" for line in (claim["reason"] or "").splitlines()]
    lines += [f"  skipped, offline when the plan was made: {', '.join(skipped)}"] if skipped else []
    lines += [f"  not reached: {', '.join(idle)}"] if idle else []
    lines += [f"  next: {_advice(run, broken)}"] if broken or idle or skipped else []
    return lines


def _headline(run: dict[str, Any], done: int) -> str:
    total = len(run["claims"])
    if not total:
        return "nothing to do, every member runs it and is online"
    word = {"done": "DONE", "stopped": "STOPPED", "abandoned": "ABANDONED", "open": "NOT FINISHED"}[run["state"]]
    if run["state"] == "open" and run["stop_reason"]:
        word = "STOPPED"
    if run.get("control") == "aborted" and word == "STOPPED":
        word = "ABORTED"
    if run.get("control") == "paused" and run["state"] == "open":
        word = f"NOT FINISHED, {run['control_reason']}"
    return f"{word}, {done} of {total} members {BECOME.get(run['version'], 'replaced')} (run {run['id']})"


def _advice(run: dict[str, Any], broken: list[dict[str, Any]]) -> str:
    again = "run the same command again, it goes on from what is true then"
    away = [claim["member"] for claim in broken if claim["outcome"] != "rolled_back"]
    if away:
        return (
            f"look at {', '.join(away)}, which may be out of rotation; mend the cause and {again} and takes them first."
        )
    if broken:
        return f"every member of the pool serves. Mend the cause named above; if it is the release, deploy a mended version, otherwise {again}."
    return f"{again}."
