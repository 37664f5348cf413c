# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of a rollout, for an operator: what happened, where, and what to do. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.ending import PUT_BACK
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import SAY
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.contracting import CONTRACT_RUN
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.stranded import RECONCILE
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.verdict import FAILED

AGAIN = "run the same command again, it goes on from what is true then"
WORDS = {
    "done": "DONE",
    "done_in_part": "DONE IN PART",
    "stopped": "STOPPED",
    "aborted": "ABORTED",
    "abandoned": "ABANDONED",
    "paused": "PAUSED",
    "not_finished": "NOT FINISHED",
}


def summary(run: dict[str, Any]) -> list[str]:
    """The lines for a run as ``verdict.verdict_of_run`` gives it."""
    named = {verdict: _named(run, verdict) for verdict in ("done", "skipped_offline", "not_reached")}
    broken = [member for member in run["members"] if member["verdict"] in FAILED]
    lines = [f"{run['service']} {_what(run)}: {_headline(run, len(named['done']))}"]
    lines += [f"  why: {run['reason']}"] if run["reason"] else []
    lines += [f"  against {over['gate']}: {over['reason']} (answered for by {over['by']})" for over in run["overrides"]]
    lines += [f"  {line}" for line in _databases(run)]
    lines += [f"  done: {', '.join(named['done'])}"] if named["done"] else []
    for member in broken:
        said = SAY.get(member["verdict"], SAY[None])
        lines.append(f"  {member['name']}: {said}")
        lines += [f"    {line}" for line in (member["reason"] or "").splitlines() if line != said]
    if named["skipped_offline"]:
        lines.append(f"  skipped, offline when the plan was made: {', '.join(named['skipped_offline'])}")
    lines += [f"  not reached: {', '.join(named['not_reached'])}"] if named["not_reached"] else []
    advice = _advice(run, broken, named["skipped_offline"])
    return lines + ([f"  next: {advice}"] if advice else [])


def _databases(run: dict[str, Any]) -> list[str]:
    """What ran there and what waits, as the gate last knew it."""
    return [
        f"{database['name']}: {word} {', '.join(database[found])}"
        for database in run["databases"]
        for found, word in (("ran", "ran"), ("waiting", "still waiting"))
        if database[found]
    ]


def without_run(reason: str) -> list[str]:
    return [f"Nothing was changed: {reason}", "  next: mend that and run the same command again."]


def _named(run: dict[str, Any], verdict: str) -> list[str]:
    return [member["name"] for member in run["members"] if member["verdict"] == verdict]


def _what(run: dict[str, Any]) -> str:
    if run["version"] == CONTRACT_RUN:
        return f"databases, contract of {run['contract_of']}"
    return {RECONCILE: "reconciled", PUT_BACK: "put back"}.get(run["version"], f"to {run['version']}")


def _headline(run: dict[str, Any], done: int) -> str:
    if run["verdict"] == "nothing_to_do":
        return "nothing to do, every member runs it and is online"
    if run["version"] == CONTRACT_RUN:
        return f"{WORDS[run['verdict']]} (run {run['run']})"
    become = {RECONCILE: "brought back", PUT_BACK: "put back"}.get(run["version"], "replaced")
    return f"{WORDS[run['verdict']]}, {done} of {len(run['members'])} members {become} (run {run['run']})"


def _advice(run: dict[str, Any], broken: list[dict[str, Any]], skipped: list[str]) -> Optional[str]:
    new_run = f"{AGAIN}, as a new run."
    special = {
        "paused": f"give it free with rollout_control (run {run['run']}, state open) and its controller goes on; "
        f"if that has ended, abort it and {AGAIN}.",
        "abandoned": f"the run belongs to nobody any more: {new_run}",
        "aborted": f"that is final for this run; when the cause is gone, {new_run}",
    }
    if run["verdict"] in special:
        return " ".join([special[run["verdict"]], *_away(broken)])
    if broken:
        return _mend(broken)
    if run["verdict"] == "stopped":
        return f"no member failed. When what is named above is put right, {AGAIN}."
    if skipped:
        return f"when {', '.join(skipped)} can be reached, {AGAIN}."
    return None if run["succeeded"] else f"{AGAIN}."


def _mend(broken: list[dict[str, Any]]) -> str:
    for look in _away(broken):
        return f"{look} Mend the cause and {AGAIN} and takes them first."
    return f"every member of the pool serves. Mend the cause named above; if it is the release, deploy a mended version, otherwise {AGAIN}."


def _away(broken: list[dict[str, Any]]) -> list[str]:
    names = [member["name"] for member in broken if member["verdict"] != "rolled_back"]
    return [f"Look at {', '.join(names)}, which may be out of rotation."] if names else []
