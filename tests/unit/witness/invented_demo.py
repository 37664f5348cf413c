# SPDX-License-Identifier: GPL-3.0-or-later
"""An invented demo that looks like a real one: 1.0 to 1.1 on four members, then a 1.2 that the canary rolls back."""

from __future__ import annotations

from typing import Any

BEGUN = 1_795_000_000.0
STEPS = [
    ("stage", 0.9),
    ("leave_pool", 1.4),
    ("activate", 1.6),
    ("verify_member", 2.2),
    ("verify_maintenance", 0.8),
    ("join_pool", 1.5),
    ("verify_online", 2.0),
]
MEMBERS = ["app1", "app2", "app3", "app4"]
Row = dict[str, Any]


def good_member(member: str, at: float) -> tuple[list[Row], float]:
    rows = [_row(at, "claimed", member, "")]
    for step, seconds in STEPS:
        rows += [_row(at, "step_began", member, step), _row(at + seconds, "step_ended", member, step, "passed")]
        at += seconds
    return [*rows, _row(at, "finished", member, "", "done")], at


def broken_member(member: str, at: float) -> tuple[list[Row], float]:
    steps = [
        ("stage", 0.9, "passed"),
        ("leave_pool", 1.4, "passed"),
        ("activate", 1.6, "passed"),
        ("verify_member", 4.0, "failed: app1 answered 500 to GET /health, 200 was expected"),
        ("rollback", 1.5, "passed"),
        ("verify_member", 2.2, "passed"),
        ("join_pool", 1.5, "passed"),
        ("verify_online", 1.0, "passed"),
    ]
    rows = [_row(at, "claimed", member, "")]
    for step, seconds, detail in steps:
        rows += [_row(at, "step_began", member, step), _row(at + seconds, "step_ended", member, step, detail)]
        at += seconds
    return [*rows, _row(at, "finished", member, "", "rolled_back")], at


def invented_demo(failing: bool = False) -> dict[str, Any]:
    """account, rollouts, events and verdict as page() takes them; ``failing`` invents 23 failures in the second one."""
    events: list[Row] = []
    at = BEGUN + 5
    replaced: dict[str, float] = {}
    spells: dict[str, list[tuple[float, float]]] = {}
    for member in MEMBERS:
        rows, ended = good_member(member, at)
        replaced[member] = at + 4
        spells[member] = [(at + 0.9, at + 8.4)]
        events, at = events + rows, ended + 0.4
    first = {"started": BEGUN + 4, "ended": at}
    second_begins = at + 6
    rows, at = broken_member("app1", second_begins + 1)
    spells["app1"].append((second_begins + 1.9, at - 1))
    events += rows
    second = {"started": second_begins, "ended": at + 1}
    ended = at + 7
    seconds, failures = [], []
    for second_at in range(int(BEGUN), int(ended) + 1):
        online = [m for m in MEMBERS if not any(start <= second_at < end for start, end in spells[m])]
        for which, member in enumerate(online):
            version = "1.1" if second_at >= replaced[member] else "1.0"
            share = 400 // len(online) + (which < 400 % len(online))
            seconds.append(_count(second_at, version, member, 200, False, share))
        if failing and int(second["started"]) + 6 <= second_at < int(second["started"]) + 9:
            seconds.append(_count(second_at, "1.2", "app1", 500, True, 8))
            failures += [_failure(second_at + n / 8, n) for n in range(8)]
    sent = sum(row["requests"] for row in seconds)
    rollouts: list[Row] = [
        {"service": "quotes", "from": "1.0", "to": "1.1", "result": "succeeded", "exit_code": 0, **first},
        {"service": "quotes", "from": "1.1", "to": "1.2", "result": "rolled back", "exit_code": 2, **second},
    ]
    judged = [
        {
            **{key: rollout[key] for key in ("service", "from", "to", "result", "exit_code")},
            "seconds": round(rollout["ended"] - rollout["started"], 1),
            "requests_sent": int(400 * (rollout["ended"] - rollout["started"])),
            "requests_failed": len(failures) if rollout["to"] == "1.2" else 0,
            "pool_floor_seen": 3,
        }
        for rollout in rollouts
    ]
    return {
        "account": {
            "started": BEGUN,
            "ended": ended,
            "rate": 400.0,
            "urls": ["http://10.77.0.11/", "http://10.77.0.12/"],
            "totals": {"requests": sent, "by_connection": {"fresh": sent // 2, "kept": sent - sent // 2}},
            "seconds": seconds,
            "failures": failures,
        },
        "rollouts": rollouts,
        "events": events,
        "verdict": {"rollouts": judged, "requests_sent": sent, "requests_failed": len(failures)},
    }


def _row(at: float, kind: str, member: str, step: str, detail: str = "") -> Row:
    return {"at": at, "kind": kind, "member": member, "step": step, "detail": detail}


def _count(at: int, version: str, member: str, status: int, failed: bool, requests: int) -> Row:
    return {"at": at, "version": version, "member": member, "status": status, "failed": failed, "requests": requests}


def _failure(at: float, number: int) -> Row:
    return {
        "id": f"w1-{number:07d}",
        "started": at,
        "balancer": "10.77.0.11",
        "connection": "kept",
        "status": 500,
        "error": "status",
        "latency_ms": 1.4,
        "version": "1.2",
        "member": "app1",
        "retried": False,
        "log": {"termination": "----", "server": "app1", "backend": "quotes"} if number else None,
    }
