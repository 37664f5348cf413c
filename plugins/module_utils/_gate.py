# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate that stays shut: what calendars, approvals and signatures have in common. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError


class GateNotPassed(RolloutError):
    """``result`` has the verdict and the reasons; the first of them is the reply."""

    code = "gate_not_passed"

    def __init__(self, message: str, endpoint: str, command: str, result: dict[str, Any]) -> None:
        reply = (result.get("reasons") or [message])[0]
        super().__init__(message, endpoint=endpoint, command=command, reply=reply, result=result)
