#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on the rollouts of a demo: what customers sent while each ran, what failed, how low the pool got.

Reads requests.csv, rollouts.json, and pool.csv and the rows of witness.json (if there) of the folder it is given; writes
verdict.json and says it in words. Exit code 0 only when there were requests, none of them failed and every row is there.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.tests.lab.demo.pool_floor import Sample, floor_seen, read_samples
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record, read_records
from ansible_collections.hybrid.rollout.tests.lab.witness.rows import BAD


def judge(
    records: Sequence[Record],
    rollouts: Sequence[Mapping[str, Any]],
    samples: Sequence[Sample],
    rows: Optional[Mapping[str, Any]] = None,
) -> dict[str, Any]:
    """The verdict as data. A request belongs to the rollout during which it was due; all of them are in the totals."""
    return {
        **({} if rows is None else {"rows": {key: rows[key] for key in ("written", "read", *BAD)}}),
        "rollouts": [_judge_one(records, rollout, samples) for rollout in rollouts],
        "requests_sent": len(records),
        "requests_failed": sum(record.failed for record in records),
    }


def _judge_one(records: Sequence[Record], rollout: Mapping[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    started, ended = float(rollout["started"]), float(rollout["ended"])
    during = [record for record in records if started <= record.started <= ended]
    floor = rollout.get("pool_floor_seen")
    return {
        "service": rollout["service"],
        "from": rollout["from"],
        "to": rollout["to"],
        "result": rollout["result"],
        "exit_code": rollout.get("exit_code"),
        "seconds": round(ended - started, 1),
        "requests_sent": len(during),
        "requests_failed": sum(record.failed for record in during),
        "pool_floor_seen": floor_seen(samples, started, ended) if floor is None else floor,
        **({"columns": rollout["columns"]} if "columns" in rollout else {}),
    }


def customers_noticed(verdict: Mapping[str, Any]) -> bool:
    return bool(verdict["requests_failed"] or any(verdict.get("rows", {}).get(kind) for kind in BAD))


def in_words(verdict: Mapping[str, Any]) -> str:
    lines = []
    for rollout in verdict["rollouts"]:
        floor = rollout["pool_floor_seen"]
        pool = "nobody watched the pool" if floor is None else f"fewest members online: {floor}"
        lines.append(
            f"{rollout['service']} {rollout['from']} -> {rollout['to']}: {rollout['result']} in "
            f"{rollout['seconds']:.1f} s, {rollout['requests_sent']} requests, "
            f"{rollout['requests_failed']} failed, {pool}"
        )
    if "rows" in verdict:
        lines.append(rows_in_words(verdict["rows"]))
    sent, failed = verdict["requests_sent"], verdict["requests_failed"]
    lines.append(f"in all: {sent} requests, {failed} failed: {_conclusion(verdict)}")
    return "\n".join(lines)


def rows_in_words(rows: Mapping[str, Any]) -> str:
    bad = ", ".join(f"{rows[kind]} {kind}" for kind in BAD)
    return f"rows: {rows['written']} written, {rows['read']} readings as written, {bad}"


def _conclusion(verdict: Mapping[str, Any]) -> str:
    if not verdict["requests_sent"]:
        return "no traffic, no verdict"
    return "customers noticed" if customers_noticed(verdict) else "customers noticed nothing"


def _rows_in(account: Path) -> Optional[Mapping[str, Any]]:
    """What became of rows, where the witness wrote any."""
    rows: Optional[Mapping[str, Any]] = (
        json.loads(account.read_text())["totals"].get("rows") if account.exists() else None
    )
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/demo"))
    folder = parser.parse_args().folder
    samples = read_samples(folder / "pool.csv") if (folder / "pool.csv").exists() else []
    rollouts = json.loads((folder / "rollouts.json").read_text())
    verdict = judge(list(read_records(folder / "requests.csv")), rollouts, samples, _rows_in(folder / "witness.json"))
    partial = folder / ".verdict.json.partial"
    partial.write_text(json.dumps(verdict, indent=2) + "\n")
    os.replace(partial, folder / "verdict.json")
    print(in_words(verdict))
    return 0 if verdict["requests_sent"] and not customers_noticed(verdict) else 1


if __name__ == "__main__":
    sys.exit(main())
