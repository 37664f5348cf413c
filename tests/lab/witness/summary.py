# SPDX-License-Identifier: GPL-3.0-or-later
"""The witness's account: totals, requests a second by version, member and status, and every failure in full."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from ansible_collections.hybrid.rollout.tests.lab.witness.balancer_log import BalancerLog
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record


class Summary:
    """Counts records as they come; ``account`` gives the whole as plain data."""

    def __init__(self) -> None:
        self._by_second: Counter[tuple[int, str, str, int, bool]] = Counter()
        self._by_connection: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._failures: list[Record] = []
        self._retried = 0

    def add(self, record: Record) -> None:
        second = int(record.started)
        self._by_second[second, record.version, record.member, record.status, record.failed] += 1
        self._by_connection[record.connection] += 1
        self._latencies.append(record.latency_ms)
        self._retried += record.retried
        if record.failed:
            self._failures.append(record)

    def account(self, log: BalancerLog, closed_while_idle: int) -> dict[str, Any]:
        logged = log.by_request()
        failures = [
            {**asdict(record), "log": asdict(logged[record.id]) if record.id in logged else None}
            for record in self._failures
        ]
        return {
            "totals": {
                "requests": len(self._latencies),
                "failed": len(self._failures),
                "retried_on_stale_connection": self._retried,
                "connections_closed_while_idle": closed_while_idle,
                "by_connection": dict(sorted(self._by_connection.items())),
                "by_version": self._totals(1),
                "by_member": self._totals(2),
                "by_status": self._totals(3),
                "latency_ms": self._latency(),
                "log_lines": log.lines_read,
            },
            "seconds": [
                {"at": at, "version": version, "member": member, "status": status, "failed": failed, "requests": count}
                for (at, version, member, status, failed), count in sorted(self._by_second.items())
            ],
            "failures": failures,
            "abnormal_log_lines": [asdict(line) for line in log.abnormal],
        }

    def line(self) -> str:
        """The one line that the witness says at its end."""
        versions = ", ".join(f"{count} by {name or 'nobody'}" for name, count in self._totals(1).items())
        return (
            f"witness: {len(self._latencies)} requests, {len(self._failures)} failed, "
            f"{self._retried} retried on a stale connection; answered: {versions or 'none'}"
        )

    def _totals(self, place: int) -> dict[str, int]:
        totals: Counter[str] = Counter()
        for key, count in self._by_second.items():
            totals[str(key[place])] += count
        return dict(sorted(totals.items()))

    def _latency(self) -> dict[str, float]:
        ordered = sorted(self._latencies) or [0.0]
        places = {"median": 0.5, "p99": 0.99, "largest": 1.0}
        return {
            name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) for name, share in places.items()
        }
