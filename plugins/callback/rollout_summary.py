# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tell what became of the rollout after everything else: hybrid.rollout.rollout_summary."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rollout_summary
type: aggregate
short_description: Tell what became of the rollout after everything else
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - After the recap, prints what happened to each member, where, and what to do next, as the ledger knows it.
  - Writes the same verdicts to a JUnit file and to a JSON file where these are asked for. The guide C(docs/verdict.md) has the words and the fields.
  - Only reads the ledger. The ledger and the exit code are complete without it.
requirements:
  - Set C(callbacks_enabled = hybrid.rollout.rollout_summary) in the section C([defaults]) of C(ansible.cfg).
options:
  junit_path:
    description:
      - Where to write the verdicts as JUnit XML, one test case per member. Its directory must be there.
      - A file from before is removed when a playbook starts, so that it cannot be taken for this one's; a playbook that is no rollout leaves none.
      - A file that cannot be written is a warning in the last lines.
    type: path
    env: [{name: HYBRID_ROLLOUT_JUNIT_PATH}]
    ini: [{section: rollout_summary, key: junit_path}]
  json_path:
    description: Where to write the verdicts as JSON, under the same conditions as O(junit_path).
    type: path
    env: [{name: HYBRID_ROLLOUT_JSON_PATH}]
    ini: [{section: rollout_summary, key: json_path}]
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Optional

from ansible.plugins.callback import CallbackBase
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report import files
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.junit import junit
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.summary import summary, without_run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.verdict import verdict_of_playbook, verdict_of_run

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.playbook import Playbook

CLAIMS = "hybrid.rollout.rollout_claim"
BEGINS = ("hybrid.rollout.rollout_plan", "hybrid.rollout.rollout_reconcile", "hybrid.rollout.rollout_contract")
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
        self._failed: list[tuple[str, str]] = []

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        for option in ("junit_path", "json_path"):
            self._at(option, files.remove)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        self._hear_of_a_run(result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        if result._task.resolved_action in BEGINS:
            self._refusal = result._result.get("msg")
        self._hear_of_a_run(result)
        if not ignore_errors:
            self._failed.append((result._host.get_name(), result._task.get_name()))

    v2_runner_on_unreachable = v2_runner_on_failed

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        failed = [f"{task} on {host}" for host, task in self._failed if host in stats.failures or host in stats.dark]
        if not self._runs and self._refusal is None and failed and self._is_asked_for_files():
            self._refusal = f"Ansible failed before a run was opened: {'; '.join(failed)}. See its words above."
        if not self._runs and self._refusal is None:
            return
        try:
            runs = [_read(run) for run in self._runs]
        except RolloutError as error:
            self._print([str(error)])
            return
        document = verdict_of_playbook(runs, self._refusal, failed)
        for run in runs:
            self._print(summary(run))
        if document["verdict"] in ("no_run", "failed_besides"):
            self._print(without_run(self._refusal) if self._refusal else [document["reason"]])
        content = json.dumps(document, indent=2).encode() + b"\n"
        self._at("json_path", lambda path: files.write(path, content))
        self._at("junit_path", lambda path: files.write(path, junit(document)))

    def _hear_of_a_run(self, result: CallbackTaskResult) -> None:
        """From whoever opens one, and from claims: another playbook may have opened it."""
        told, action = result._result, result._task.resolved_action
        run = told.get("run") if action in OPENS_A_RUN else None
        if action == CLAIMS and told.get("run"):
            run = {"id": told["run"], "ledger": told["ledger"]}
        if run and run.get("id") and run["id"] not in [known["id"] for known in self._runs]:
            self._runs.append(run)

    def _is_asked_for_files(self) -> bool:
        return bool(self.get_option("junit_path") or self.get_option("json_path"))

    def _at(self, option: str, act: Callable[[str], None]) -> None:
        path = self.get_option(option)
        try:
            if path:
                act(path)
        except OSError as error:
            self._print([f"WARNING: the report {path} ({option}) is not written: {error}. The ledger has it all."])

    def _print(self, lines: list[str]) -> None:
        for line in ["", *lines]:
            self._display.display(line)


def _read(run: dict[str, str]) -> dict[str, Any]:
    with Ledger.open(run["ledger"]) as ledger:
        return verdict_of_run(read_run(ledger, run["id"]), ledger.events(run["id"]))
