# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Print what became of the rollout after everything else: hybrid.rollout.rollout_summary."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rollout_summary
type: aggregate
short_description: Print what became of the rollout after everything else
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - After the recap, prints what happened to each member, where, and what to do next, as the ledger knows it.
  - Only reads. The ledger and the exit code are complete without it.
requirements:
  - Set C(callbacks_enabled = hybrid.rollout.rollout_summary) in the section C([defaults]) of C(ansible.cfg).
"""

from typing import TYPE_CHECKING, Optional

from ansible.plugins.callback import CallbackBase
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.summary import summary

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult

BEGINS = ("hybrid.rollout.rollout_plan", "hybrid.rollout.rollout_reconcile")
OPENS_A_RUN = (*BEGINS, "hybrid.rollout.rollout_end")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hybrid.rollout.rollout_summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[dict[str, str]] = []
        self._refusal: Optional[str] = None

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        if result._task.resolved_action in OPENS_A_RUN:
            run = result._result.get("run")
            self._runs += [run] if run and run.get("id") else []

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        if result._task.resolved_action in BEGINS:
            self._refusal = result._result.get("msg")

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        if self._refusal:
            self._print([f"Nothing was changed: {self._refusal}"])
        for run in self._runs:
            try:
                with Ledger.open(run["ledger"]) as ledger:
                    self._print(summary(read_run(ledger, run["id"])))
            except RolloutError as error:
                self._print([str(error)])

    def _print(self, lines: list[str]) -> None:
        for line in ["", *lines]:
            self._display.display(line)
