# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a table: one line per member, and what each pool keeps while its batch is out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.duration import in_words as time_in_words
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.modes import SLIDING
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.words import (
    limits_in_words,
    unverified_in_words,
    who_is_left_out,
)

HEAD = ("batch", "member", "zone", "version", "placement", "expected")


def as_table(plan: Mapping[str, Any], plan_hash: str) -> list[str]:
    lines = [f"{plan['service']} to version {plan['version']}, sha256 {plan['sha256']}"]
    lines += [*_artifacts(plan), *limits_in_words(plan)]
    rows = [
        (
            f"{batch['number']}{' canary' if batch['canary'] else ''}" if first else "",
            member["name"],
            member["zone"] or "-",
            member["version"] or "unknown",
            member["placement"],
            time_in_words(member["expected_seconds"]),
        )
        for batch in plan["batches"]
        for first, member in zip(chain([True], repeat(False)), batch["members"])
    ]
    if rows:
        lines += [*_aligned([HEAD, *rows]), "", *_aligned(_serving(plan))]
        batches = _count(len(plan["batches"]), "batch", "batches")
        lines += ["", f"{_count(len(rows), 'member', 'members')} in {batches}, {_times(plan)}"]
    lines += [line.strip() for line in who_is_left_out(plan) + unverified_in_words(plan)]
    return [*lines, f"plan hash {plan_hash}"]


def _artifacts(plan: Mapping[str, Any]) -> list[str]:
    """Who fetches what, where members fetch different artifacts."""
    fetched: dict[str, list[str]] = {}
    for batch in plan["batches"]:
        for member in batch["members"]:
            if member["sha256"] != plan["sha256"]:
                fetched.setdefault(member["sha256"], []).append(member["name"])
    return [f"  {', '.join(names)}: sha256 {sha256}" for sha256, names in fetched.items()]


def _serving(plan: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A column for each pool on each endpoint: how many serve before, at the lowest of each batch, and the floor."""
    batches = plan["batches"]
    columns = [
        (
            f"{pool['name']} on {endpoint}",
            f"{pool['serving']} of {pool['size']}",
            *(str(batch["lowest_serving"][endpoint]) for batch in batches),
            str(plan["floor"][endpoint]),
        )
        for endpoint, pool in plan["pool"].items()
    ]
    columns += [
        (
            f"{pool['name']} on {pool['endpoint']}",
            f"{pool['serving']} of {pool['size']}",
            *(str(batch["lowest_serving_further"][place]["lowest"]) for batch in batches),
            str(pool["floor"]),
        )
        for place, pool in enumerate(plan["further_pools"])
    ]
    titles = ("serving", "now", *(f"batch {batch['number']}" for batch in batches), "floor")
    times = ("expected", "", *(time_in_words(batch["expected_seconds"]) for batch in batches), "")
    return list(zip(titles, *columns, times))


def _times(plan: Mapping[str, Any]) -> str:
    expected = plan["expected"]
    if expected["seconds"] is None:
        return "time unknown: the ledger knows no finished member of this service"
    if plan["mode"] == SLIDING:
        return f"at least {time_in_words(expected['seconds'])}"
    least = time_in_words(expected["sliding_seconds"])
    return f"about {time_in_words(expected['seconds'])}, at least {least} with a sliding window of {plan['window']}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
