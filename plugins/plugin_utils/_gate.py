# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of gates: what they answer stands in the ledger, and each question is asked once per occasion of a run. Private to hybrid.rollout.

Every member of a batch may ask, since neither ``run_once`` nor the first host can be relied on: the first to come asks, the others get its
answer. An answer on an occasion that is not ``passed``, or none at all, ends the run in the ledger: then nobody is given a claim any more.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Optional

from ansible import constants
from ansible.errors import AnsibleError
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, PASSED
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import gates
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.plugin_utils._on_member import OnMemberAction
from ansible_collections.hybrid.rollout.plugins.plugin_utils._question import asked, digest
from ansible_collections.hybrid.rollout.plugins.plugin_utils._record import StepRecord


class GateAction(OnMemberAction):
    """Subclasses write ``ask``; ``INPUTS`` are the options and ``ANSWER`` the keys of the result that go into the ledger."""

    INPUTS: Sequence[str] = ()
    ANSWER: Sequence[str] = ("reasons",)

    def ask(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The module's result where the gate is open; raises or returns ``failed`` where it is not."""
        raise NotImplementedError

    def question(self, params: dict[str, Any]) -> dict[str, Any]:
        """What is asked, without secrets: another member that asks the same gets the answer that was given."""
        return asked(params, self.SPEC)

    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        """What of the result is written down, and told again."""
        return {key: result[key] for key in self.ANSWER if key in result}

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        try:
            return super().run(tmp, task_vars)
        except AnsibleError as error:
            # Options of a wrong type: nobody was asked, and the run must not stay open for that.
            record, step = self._task.args.get("record"), self._task.action.rpartition(".")[2]
            if record and self._task.args.get("occasion") and not self._task.check_mode:
                with Ledger.open(record["ledger"]) as ledger:
                    gates.stop(ledger, record["run"], f"{step} could not ask: {error}", record.get("token"))
            raise

    def step_record(self, params: dict[str, Any]) -> StepRecord:
        """A gate on an occasion has its answer in the ledger, and no step of a member besides."""
        return StepRecord(None) if params.get("occasion") else super().step_record(params)

    def act(self, params: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        record, occasion = params.get("record"), params.get("occasion")
        if self._task.check_mode or not record:
            return self.ask(params, task_vars)
        question = digest(self.question(params))
        if not occasion:
            return self._ask_and_write(params, task_vars, record, None, question)
        with _one_at_a_time(record, occasion, question):
            with Ledger.open(record["ledger"]) as ledger:
                before = gates.answer_before(ledger, record["run"], record["step"], occasion, question)
            if before is None:
                return self._ask_and_write(params, task_vars, record, occasion, question)
        return _told_again(before, record, occasion)

    def _ask_and_write(
        self,
        params: dict[str, Any],
        task_vars: dict[str, Any],
        record: Mapping[str, Any],
        occasion: Optional[str],
        question: str,
    ) -> dict[str, Any]:
        error: Optional[Exception] = None
        try:
            result = self.ask(params, task_vars)
        except Exception as stopped:
            error, result = stopped, {**getattr(stopped, "result", {}), "failed": True, "msg": str(stopped)}
        verdict = result.get("verdict") or (COULD_NOT_ASK if result.get("failed") else PASSED)
        opened = not result.get("failed")
        detail = {
            "judge": f"hybrid.rollout.{self._task.action.rpartition('.')[2]}",
            "occasion": occasion,
            "verdict": verdict,
            "opened": opened,
            "msg": result.get("msg"),
            "question": question,
            "inputs": {option: params.get(option) for option in self.INPUTS},
            "answer": self.answer(result),
        }
        reason = None if opened or not occasion else f"{record['step']} at {occasion}: {result.get('msg') or verdict}"
        with Ledger.open(record["ledger"]) as ledger:
            gates.write_answer(
                *(ledger, record["run"], record["step"], detail),
                member=record.get("member"),
                token=record.get("token"),
                stop_reason=reason,
            )
        if error is not None:
            raise error
        return {**result, "answered_before": False}


def _told_again(before: dict[str, Any], record: Mapping[str, Any], occasion: str) -> dict[str, Any]:
    result = {"changed": False, "verdict": before["verdict"], **before["answer"], "answered_before": True}
    if before["opened"]:
        return result
    words = f"{record['step']} was asked at {occasion} already, and is {before['verdict']}: {before['msg']}"
    raise GateNotPassed(words, record["step"], f"read the ledger of run {record['run']}", result)


@contextmanager
def _one_at_a_time(record: Mapping[str, Any], occasion: str, question: str) -> Iterator[None]:
    """Among the forks of this controller, for this question on this occasion: a run has one controller, wherever its ledger is."""
    held_for = f"{record['ledger']}\n{record['run']}\n{record['step']}\n{occasion}\n{question}"
    path = Path(constants.DEFAULT_LOCAL_TMP, f"gate-{hashlib.sha256(held_for.encode()).hexdigest()}.lock")
    with ExitStack() as held:
        try:
            lock = held.enter_context(path.open("a", encoding="ascii"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise RolloutError(f"The lock {path} cannot be had, so nobody asks the gate: {error}.") from error
        yield
