# SPDX-License-Identifier: GPL-3.0-or-later
"""A step's trace in the ledger: its beginning is written before the act, its end after. Private to hybrid.rollout."""

from __future__ import annotations

import os
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.steps import write_step
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import BY


class StepRecord:
    """``options`` is a task's ``record`` option (ledger, run, token, member, step), or None where nothing is to be recorded."""

    def __init__(self, options: Optional[dict[str, Any]]) -> None:
        self._options = options
        self._began = False

    def begin(self) -> None:
        self._write("step_began", {BY: Owner.of_process(os.getpid()).as_dict()})
        self._began = True

    def end(self, result: dict[str, Any]) -> None:
        """A step that could not be written down before it began has no end either."""
        if not self._began:
            return
        failed = bool(result.get("failed"))
        detail: dict[str, Any] = {"failed": failed, "changed": bool(result.get("changed"))}
        if failed:
            detail.update(msg=result.get("msg"), failure=result.get("failure"))
        self._write("step_ended", detail)

    def _write(self, kind: str, detail: dict[str, Any]) -> None:
        if self._options is None:
            return
        given = self._options
        with Ledger.open(given["ledger"]) as ledger:
            write_step(
                ledger,
                given["run"],
                kind,
                member=given.get("member"),
                step=given["step"],
                detail=detail,
                token=given.get("token"),
            )
