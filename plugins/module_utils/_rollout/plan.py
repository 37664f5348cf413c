# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run: ordered batches with their arithmetic, as data that has a hash. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.batches import cut, in_order, is_done
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.capacity import check_floor, floor_of, lowest
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool


@dataclass(frozen=True)
class Wish:
    """What the user asks for. ``batch`` and ``min_active`` are counts or percentages of the online pool."""

    service: str
    version: str
    canary: int
    batch: str
    min_active: str


def make_plan(wish: Wish, members: Sequence[Member], pools: Sequence[OnlinePool]) -> dict[str, Any]:
    """Compute the plan: every member that is not done yet is in exactly one batch, and no batch goes below the floor."""
    if not pools:
        raise BadInput(f"{wish.service} has no endpoint: list the HAProxys' runtime addresses in rollout_endpoints.")
    todo = in_order([member for member in members if not is_done(member, wish.version)])
    batches = cut(todo, wish.canary, wish.batch, min(pool.size for pool in pools))
    check_floor(pools, batches, wish.min_active)
    serving = {pool.endpoint: lowest(pool, batches) for pool in pools}
    return {
        "service": wish.service,
        "version": wish.version,
        "batches": [
            {
                "number": number,
                "canary": bool(wish.canary) and number == 1,
                "members": [_described(member) for member in batch],
                "lowest_serving": {endpoint: counts[number - 1] for endpoint, counts in serving.items()},
            }
            for number, batch in enumerate(batches, 1)
        ],
        "done_already": sorted(member.name for member in members if is_done(member, wish.version)),
        "floor": {pool.endpoint: floor_of(pool, wish.min_active) for pool in pools},
        "pool": {pool.endpoint: {"name": pool.name, "size": pool.size, "serving": pool.serving} for pool in pools},
    }


def _described(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "server": member.server,
        "zone": member.zone,
        "version": member.version,
        "placement": member.placement,
        "serving": member.serves_everywhere,
    }


def hash_of(plan: dict[str, Any]) -> str:
    """The name of exactly this plan, for approvals and the ledger: SHA-256 of its canonical JSON."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def in_words(plan: dict[str, Any]) -> list[str]:
    """The plan as lines for people."""
    lines = [f"{plan['service']} to version {plan['version']}"]
    for endpoint, pool in plan["pool"].items():
        lines.append(
            f"  {endpoint}: pool {pool['name']}, {pool['serving']} of {pool['size']} serving, floor {plan['floor'][endpoint]}"
        )
    for batch in plan["batches"]:
        members = ", ".join(
            f"{m['name']} ({m['version'] or 'version unknown'}, {m['placement']})" for m in batch["members"]
        )
        low = ", ".join(f"{count} on {endpoint}" for endpoint, count in batch["lowest_serving"].items())
        lines.append(f"  {'canary' if batch['canary'] else 'batch'} {batch['number']}: {members}; still serving: {low}")
    if plan["done_already"]:
        lines.append(f"  done already: {', '.join(plan['done_already'])}")
    if not plan["batches"]:
        lines.append("  nothing to do")
    return lines
