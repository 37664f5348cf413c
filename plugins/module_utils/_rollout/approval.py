# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a plan is approved, its hash, and in which words another plan differs from it. Private to hybrid.rollout.

Approved is what will be done: the release with its digest, who goes in which batch and comes from which version, who is left out, the limits,
the floor, the budget, and which ways to members are gone although they are not verified. How many serve at this moment and how long it may
take is not: that changes while an approver reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORMAT = 1
TERMS = ("mode", "failure_budget", "min_active", "window", "limits", "skipped_offline", "left_out_by_limit")
UNVERIFIED = "unverified_connections"
OF_A_MEMBER = ("version", "server", "zone", "pools")


def approved_part(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **{
            key: plan[key]
            for key in ("service", "version", "sha256", "mode", "failure_budget", "min_active", "window", "limits")
        },
        "batches": [
            {
                "number": batch["number"],
                "canary": batch["canary"],
                "members": [_approved_member(member, plan["sha256"]) for member in batch["members"]],
            }
            for batch in plan["batches"]
        ],
        "skipped_offline": sorted(member["name"] for member in plan["skipped_offline"]),
        "left_out_by_limit": sorted(plan["left_out_by_limit"]),
        **({UNVERIFIED: plan[UNVERIFIED]} if plan.get(UNVERIFIED) else {}),
    }


def _approved_member(member: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """With the digest of its artifact where that is not the release's: then each platform has one."""
    own = {} if member["sha256"] == sha256 else {"sha256": member["sha256"]}
    return {**{key: member[key] for key in ("name", *OF_A_MEMBER)}, **own}


def canonical(approved: Mapping[str, Any]) -> bytes:
    return json.dumps(approved, sort_keys=True, separators=(",", ":")).encode()


def hash_of(plan: Mapping[str, Any]) -> str:
    """The name of exactly this plan, for approvals and the ledger: SHA-256 of the canonical JSON of what is approved."""
    return hashlib.sha256(canonical(approved_part(plan))).hexdigest()


def differences(approved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is not as it was approved, in words; both are what ``approved_part`` gives."""
    words = []
    if (approved["service"], approved["version"]) != (now["service"], now["version"]):
        words.append(
            f"{approved['service']} {approved['version']} was approved, this is {now['service']} {now['version']}"
        )
    if approved["sha256"] != now["sha256"]:
        words.append(f"the artifact's digest was {approved['sha256']}, now it is {now['sha256']}")
    before, after = _places(approved), _places(now)
    for name in before:
        if name not in after:
            words.append(f"{name} was in batch {before[name]['batch']}, now it is in none")
    for name, place in after.items():
        words += (
            _of_member(name, before[name], place) if name in before else [f"{name} is new in batch {place['batch']}"]
        )
    if not words and approved["batches"] != now["batches"]:
        words.append("the same members are in another order, or another batch is the canary")
    words += [
        f"{key} was {_said(approved.get(key, []))}, now it is {_said(now.get(key, []))}"
        for key in (*TERMS, UNVERIFIED)
        if approved.get(key, []) != now.get(key, [])
    ]
    return words


def _places(approved: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        member["name"]: {**member, "batch": batch["number"]}
        for batch in approved["batches"]
        for member in batch["members"]
    }


def _of_member(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    words = []
    if before["batch"] != after["batch"]:
        words.append(f"{name} was in batch {before['batch']}, now it is in batch {after['batch']}")
    for key in OF_A_MEMBER:
        if before[key] != after[key]:
            words.append(f"the {key} of {name} was {_said(before[key])}, now it is {_said(after[key])}")
    was, now = (place.get("sha256", "the release's") for place in (before, after))
    if was != now:
        words.append(f"the sha256 of {name} was {was}, now it is {now}")
    return words


def _said(value: object) -> str:
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
