# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of approval_gate: enough people who are neither requester nor author agreed to this very plan. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._approval.arguments import check
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.document import (
    Approval,
    against,
    read_approval,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.people import first_like, may_be_one
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, FAILED, PASSED
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.files import read_signed
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.signature import (
    NotAsked,
    NotSigned,
    Signer,
    Trusted,
    check_trusted,
    signer_of,
)


@dataclass(frozen=True)
class Weighed:
    """One file and what it is worth; ``reason`` says why it does not count."""

    path: str
    verdict: str
    reason: Optional[str] = None
    signer: Optional[Signer] = None
    approval: Optional[Approval] = None


def run(params: dict[str, Any], people: Sequence[str], now: datetime, check_mode: bool) -> dict[str, Any]:
    """The whole of ``approval_gate``; ``people`` run it and are requesters whatever the options say.

    In check mode it tells the verdict and no verdict stops the play.
    """
    check(params)
    trusted = Trusted(params["allowed_signers"], params["revoked_keys"], params["namespace"])
    requesters = [*params["requesters"], *people]
    weighed: list[Weighed] = []
    fault = _fault(trusted)
    if fault is None:
        for path in dict.fromkeys(params["approvals"]):
            weighed.append(_weigh(path, trusted, params, requesters=requesters, before=weighed, now=now))
    result = _result(params, requesters, weighed, fault)
    if result["verdict"] != PASSED and not check_mode:
        where = ", ".join(params["approvals"]) or "no file"
        raise GateNotPassed(_summary(params, result), where, f"ssh-keygen -Y verify -n {trusted.namespace}", result)
    return result


def _fault(trusted: Trusted) -> Optional[str]:
    try:
        check_trusted(trusted)
    except NotAsked as error:
        return str(error)
    return None


def _weigh(
    path: str,
    trusted: Trusted,
    params: dict[str, Any],
    *,
    requesters: Sequence[str],
    before: Sequence[Weighed],
    now: datetime,
) -> Weighed:
    signer: Optional[Signer] = None
    approval: Optional[Approval] = None
    try:
        content, signature = read_signed(path)
        signer = signer_of(content, signature, trusted)
        approval = read_approval(content)
    except NotAsked as error:
        return Weighed(path, COULD_NOT_ASK, str(error))
    except NotSigned as error:
        return Weighed(path, FAILED, str(error), signer)
    reason = against(approval, params["plan_hash"], params["service"], params["version"], now)
    reason = reason or _not_theirs(signer, params, requesters, before)
    return Weighed(path, FAILED if reason else PASSED, reason, signer, approval)


def _not_theirs(
    signer: Signer, params: dict[str, Any], requesters: Sequence[str], before: Sequence[Weighed]
) -> Optional[str]:
    for role, names in (("requested the rollout", requesters), ("is an author of the release", params["authors"])):
        same = first_like(signer.name, names)
        if same:
            return f"{signer.name} {role}" + (f" (as {same})" if same != signer.name else "")
    for other in before:
        counted = other.signer if other.verdict == PASSED else None
        if counted and (may_be_one(counted.name, signer.name) or counted.key == signer.key):
            return f"{signer.name} approved already, with {other.path}"
    return None


def _result(
    params: dict[str, Any], requesters: Sequence[str], weighed: Sequence[Weighed], fault: Optional[str]
) -> dict[str, Any]:
    """The same keys whatever the verdict."""
    needed = params["required_approvals"]
    passed = [one for one in weighed if one.verdict == PASSED]
    unknown = [one for one in weighed if one.verdict == COULD_NOT_ASK]
    reasons = [fault] if fault else [f"{one.path}: {one.reason}" for one in weighed if one.reason]
    if len(passed) >= needed:
        verdict, reasons = PASSED, []
    else:
        verdict = COULD_NOT_ASK if fault or len(passed) + len(unknown) >= needed else FAILED
        reasons = reasons or [f"{len(passed)} of {needed} approvals are there" if weighed else "there is no approval"]
    return {
        "changed": False,
        "verdict": verdict,
        "reasons": reasons,
        "plan_hash": params["plan_hash"],
        "requesters": list(dict.fromkeys(requesters)),
        "approved_by": [one.signer.name for one in passed if one.signer],
        "approvals": [_told(one) for one in weighed],
    }


def _told(one: Weighed) -> dict[str, Any]:
    signer, approval = one.signer, one.approval
    return {
        "path": one.path,
        "verdict": one.verdict,
        "reason": one.reason,
        "approver": signer.name if signer else None,
        "key": signer.key if signer else None,
        "approved_at": approval.approved_at.isoformat() if approval else None,
        "expires_at": approval.expires_at.isoformat() if approval and approval.expires_at else None,
        "ticket": approval.ticket if approval else None,
    }


def _summary(params: dict[str, Any], result: dict[str, Any]) -> str:
    there, needed = len(result["approved_by"]), params["required_approvals"]
    first = f"Approval {result['verdict']}, {there} of {needed} count: {'; '.join(result['reasons'])}."
    if result["verdict"] == COULD_NOT_ASK:
        return f"{first} This says nothing about the approvals: mend what is named here."
    return (
        f"{first} To be approved is plan {params['plan_hash']} of {params['service']} {params['version']}, by somebody other than "
        f"{' and '.join(dict.fromkeys([*result['requesters'], *params['authors']]))}. "
        f"Sign with: ssh-keygen -Y sign -f KEY -n {params['namespace']} FILE"
    )
