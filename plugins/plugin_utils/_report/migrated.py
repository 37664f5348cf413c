# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did to the databases of its service, by what migration_gate answered before and after. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

JUDGE = "hybrid.rollout.migration_gate"


def migrated(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each database what ``ran`` and what is ``waiting``. What was let through has run where nothing of it was left afterwards."""
    answers = [
        (str(event["detail"].get("occasion")), event["detail"].get("answer") or {})
        for event in events
        if event["kind"] == "gate" and event["detail"].get("judge") == JUDGE
    ]
    before = [answer for occasion, answer in answers if occasion.endswith(", before")]
    after = [answer for occasion, answer in answers if occasion.endswith(", after")]
    last = [*before, *after][-1:]
    names = {name: None for answer in [*before, *after] for name in answer.get("fingerprints", {})}
    return [
        {
            "name": name,
            "ran": [one for answer in before for one in _applied(answer, name) if not _left(after, name, one)]
            if after
            else [],
            "waiting": [
                one["migration"] for answer in last for one in answer.get("held", ()) if one["database"] == name
            ],
        }
        for name in names
    ]


def _applied(answer: Mapping[str, Any], name: str) -> Iterator[str]:
    for store in answer.get("apply", ()):
        if store["database"] == name:
            yield from store["migrations"]


def _left(after: Sequence[Mapping[str, Any]], name: str, migration: str) -> bool:
    return any(migration in _applied(answer, name) for answer in after)
