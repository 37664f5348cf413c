# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo prints of each Windows member is what the host model's journal holds of it."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.windows.costs import of_members, read


def record(host: str, kind: str, requests: int) -> str:
    return json.dumps(
        {"host": host, "kind": kind, "http_requests": requests, "payload_bytes": 200_000, "response_bytes": 5_000}
    )


def test_a_rollout_costs_each_member_what_came_after_the_rollout_before(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    before = [record("win1", "module", 99)]
    since = [record("win2", "module", 5), record("win1", "core script", 2), record("win1", "module", 6)]
    journal.write_text("\n".join(before + since) + "\n")
    costs = of_members(read(journal, since=len(before)))
    assert list(costs) == ["win1", "win2"]
    assert str(costs["win1"]) == "1 module calls, 8 requests, 400 kB of scripts there, 10 kB back"
    assert costs["win2"].calls == 1


def test_members_that_nobody_has_asked_yet_cost_nothing(tmp_path: Path) -> None:
    assert of_members(read(tmp_path / "journal.jsonl")) == {}
