# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as lines for people. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.duration import in_words as time_in_words
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.modes import SLIDING


def in_words(plan: Mapping[str, Any]) -> list[str]:
    lines = [f"{plan['service']} to version {plan['version']}"]
    for endpoint, pool in plan["pool"].items():
        lines.append(_pool(endpoint, pool, plan["floor"][endpoint]))
    lines += [_pool(pool["endpoint"], pool, pool["floor"]) for pool in plan["further_pools"]]
    lines += limits_in_words(plan)
    for batch in plan["batches"]:
        members = ", ".join(
            f"{m['name']} ({m['version'] or 'version unknown'}, {m['placement']})" for m in batch["members"]
        )
        low = ", ".join(f"{count} on {endpoint}" for endpoint, count in batch["lowest_serving"].items())
        low += "".join(
            f", {pool['lowest']} of {pool['name']} on {pool['endpoint']}" for pool in batch["lowest_serving_further"]
        )
        time = "" if batch["expected_seconds"] is None else f"; about {time_in_words(batch['expected_seconds'])}"
        lines.append(
            f"  {'canary' if batch['canary'] else 'batch'} {batch['number']}: {members}; still serving: {low}{time}"
        )
    if plan["expected"]["seconds"]:
        least = "at least" if plan["mode"] == SLIDING else "about"
        lines.append(f"  {least} {time_in_words(plan['expected']['seconds'])} in all")
    return lines + who_is_left_out(plan) + unverified_in_words(plan)


def limits_in_words(plan: Mapping[str, Any]) -> list[str]:
    slides = [f"  sliding window: at most {plan['window']} out at once"] if plan["mode"] == SLIDING else []
    return slides + [
        f"  at most {most} out of {what} {name} at once"
        for what, of in (("zone", "zones"), ("pool", "pools"))
        for name, most in plan["limits"][of].items()
    ]


def who_is_left_out(plan: Mapping[str, Any]) -> list[str]:
    lines = []
    if plan["done_already"]:
        lines.append(f"  done already: {', '.join(plan['done_already'])}")
    lines += [f"  skipped: {member['name']}, {member['reason']}" for member in plan["skipped_offline"]]
    if plan["left_out_by_limit"]:
        lines.append(f"  left out by --limit, whatever they run: {', '.join(plan['left_out_by_limit'])}")
    if not plan["batches"]:
        lines.append("  nothing to do")
    return lines


def unverified_in_words(plan: Mapping[str, Any]) -> list[str]:
    return [
        f"  not verified: the way to {way['name']}, {', '.join(way['lacks'])}; allowed because: {way['reason']}"
        for way in plan["unverified_connections"]
    ]


def _pool(endpoint: str, pool: Mapping[str, Any], floor: int) -> str:
    return f"  {endpoint}: pool {pool['name']}, {pool['serving']} of {pool['size']} serving, floor {floor}"
