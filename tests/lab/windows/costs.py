# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible asked of each Windows member, out of the host model's journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Cost:
    calls: int = 0
    requests: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0

    def __str__(self) -> str:
        sent, received = self.sent_bytes / 1000, self.received_bytes / 1000
        return f"{self.calls} module calls, {self.requests} requests, {sent:.0f} kB of scripts there, {received:.0f} kB back"


def of_members(records: Iterable[Mapping[str, Any]]) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for record in records:
        cost = found.setdefault(record["host"], Cost())
        cost.calls += record["kind"] == "module"
        cost.requests += record["http_requests"]
        cost.sent_bytes += record["payload_bytes"]
        cost.received_bytes += record["response_bytes"]
    return dict(sorted(found.items()))


def read(journal: Path, since: int = 0) -> list[dict[str, Any]]:
    """The journal's records, without the first ones."""
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    return [json.loads(line) for line in lines[since:]]
