# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``approval_gate``, and their sense. Private to hybrid.rollout."""

from __future__ import annotations

import os
import re
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

NAMESPACE = "rollout-approval@hybrid.rollout"

SPEC: dict[str, Any] = {
    "argument_spec": {
        "plan_hash": {"type": "str", "required": True},
        "service": {"type": "str", "required": True},
        "version": {"type": "str", "required": True},
        "approvals": {"type": "list", "elements": "path", "required": True},
        "allowed_signers": {"type": "path", "required": True},
        "revoked_keys": {"type": "path"},
        "namespace": {"type": "str", "default": NAMESPACE},
        "required_approvals": {"type": "int", "default": 1},
        "requesters": {"type": "list", "elements": "str", "default": []},
        "authors": {"type": "list", "elements": "str", "default": []},
        **REACH_SPEC,
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
}


def check(params: dict[str, Any]) -> None:
    """BadInput for what cannot be meant, before a file is read."""
    if not re.fullmatch(r"[0-9a-f]{64}", params["plan_hash"]):
        raise BadInput(f"plan_hash is {params['plan_hash']!r}; it is 64 characters of 0-9a-f, as rollout_plan returns.")
    if params["required_approvals"] < 1:
        raise BadInput(f"required_approvals is {params['required_approvals']}; it has to be 1 or more.")
    for path in params["approvals"]:
        if not os.path.isabs(path):
            raise BadInput(
                f"approvals has {path!r}, which is relative: write from / on, for example with playbook_dir."
            )
    for option in ("requesters", "authors"):
        if not all(name.strip() for name in params[option]):
            raise BadInput(f"{option} has an empty name: nobody would be kept from approving by it.")
