# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import Ping, SmallHost, small_engine
from ansible_collections.hybrid.rollout.tests.winhost.engine import Engine
from ansible_collections.hybrid.rollout.tests.winhost.models.call import Call, ModuleFailed
from ansible_collections.hybrid.rollout.tests.winhost.wire.journal import Record
from ansible_collections.hybrid.rollout.tests.winhost.wire.outcome import Outcome

from .wire import sent

SCRIPT = "#!powershell\n# data\n"


@pytest.fixture
def host(tmp_path: Path) -> SmallHost:
    return SmallHost("win1", "127.0.1.1", tmp_path)


def ask(
    host: SmallHost, arguments: Mapping[str, Any], *earlier: Mapping[str, Any], engine: Engine | None = None
) -> tuple[Outcome, dict[str, Any], Record]:
    record = Record(host.name, 1)
    call = sent.module(arguments, *earlier, script=SCRIPT)
    outcome = (engine or small_engine()).carry_out(host, *call, record)
    return outcome, json.loads(outcome.stdout), record


def engine_of(answer: Any, **changes: Any) -> Engine:
    @dataclass(frozen=True)
    class Model(Ping):
        @staticmethod
        def carry_out(host: SmallHost, call: Call) -> dict[str, Any]:
            done: dict[str, Any] = answer(call)
            return done

    return small_engine(replace(Model(), **changes))


def test_a_call_is_carried_out_by_its_model(host: SmallHost) -> None:
    outcome, said, record = ask(host, {"data": "x"})
    assert (outcome.verdict, outcome.exit_code, said["answered_by"]) == ("ok", 0, "win1")
    assert (record.kind, record.module) == ("module", "ansible.windows.win_ping")


def test_an_option_that_the_model_neither_honours_nor_ignores_is_refused(host: SmallHost) -> None:
    outcome, said, _record = ask(host, {"data": "x"}, engine=engine_of(dict, honours=frozenset()))
    assert outcome.verdict == "refused"
    assert said["msg"].startswith("winhost: ")
    assert said["msg"].endswith("does not know what to do with data")


def test_an_option_that_makes_no_difference_is_ignored(host: SmallHost) -> None:
    ignoring = engine_of(lambda _: {"changed": False}, honours=frozenset(), ignores={"data": "no difference here"})
    outcome, _said, _record = ask(host, {"data": "x"}, engine=ignoring)
    assert outcome.verdict == "ok"


def test_an_option_left_empty_is_not_set(host: SmallHost) -> None:
    outcome, _said, _record = ask(host, {"data": None}, engine=engine_of(lambda call: {"given": sorted(call.given)}))
    assert json.loads(outcome.stdout)["given"] == []


def test_check_mode_and_diff_reach_the_model(host: SmallHost) -> None:
    engine = engine_of(lambda call: {"seen": [call.check, call.diff, call.environment]})
    _outcome, said, _record = ask(host, {"_ansible_check_mode": True, "_ansible_diff": True}, engine=engine)
    assert said["seen"] == [True, True, {"STAGE": "test"}]


def test_a_module_without_check_mode_is_skipped_in_it(host: SmallHost) -> None:
    engine = small_engine()
    spec = replace(engine.spec_of_script(SCRIPT, {}), supports_check_mode=False)  # type: ignore[type-var]
    engine = replace(engine, spec_of_script=lambda *_: spec)
    outcome, said, _record = ask(host, {"_ansible_check_mode": True}, engine=engine)
    assert outcome.verdict == "skipped"
    assert said["skipped"]
    assert "ping" not in said


def test_a_failing_module_says_so_with_its_result(host: SmallHost) -> None:
    def fail(_call: Call) -> dict[str, Any]:
        raise ModuleFailed("no such service", {"exists": False})

    outcome, said, _record = ask(host, {}, engine=engine_of(fail))
    assert (outcome.verdict, outcome.exit_code) == ("failed", 1)
    assert (said["failed"], said["msg"], said["exists"]) == (True, "no such service", False)


def test_a_defect_of_a_model_is_told_as_one(host: SmallHost) -> None:
    def defect(_call: Call) -> dict[str, Any]:
        raise KeyError("path")

    _outcome, said, _record = ask(host, {}, engine=engine_of(defect))
    assert said["msg"].startswith("winhost: the model of ansible.windows.win_ping broke")


def test_a_script_that_the_model_was_not_written_for_is_up_for_review(host: SmallHost) -> None:
    older, same = (hashlib.sha256(script.encode()).hexdigest() for script in ("older", SCRIPT))
    assert ask(host, {}, engine=engine_of(lambda _: {}, script_sha256=(older,)))[2].needs_review
    assert not ask(host, {}, engine=engine_of(lambda _: {}, script_sha256=(older, same)))[2].needs_review


def test_a_wrapper_that_is_not_the_installed_cores_is_refused(host: SmallHost) -> None:
    engine = small_engine()
    older = replace(engine, core={**engine.core, "exec_wrapper.ps1": {"of another version"}})
    outcome, said, _record = ask(host, {}, engine=older)
    assert outcome.verdict == "refused"
    assert "not the text of the installed ansible-core: exec_wrapper.ps1" in said["msg"]


def test_an_asynchronous_call_answers_at_once_and_leaves_its_result_on_the_host(host: SmallHost) -> None:
    wrapper = {"name": "async_wrapper.ps1", "params": {"AsyncDir": "C:\\jobs", "AsyncJid": "j1"}}
    watchdog = {"name": "async_watchdog.ps1", "params": {"Timeout": 30}}
    outcome, said, record = ask(host, {"data": "x"}, wrapper, watchdog)
    assert (outcome.verdict, record.asynchronous) == ("started", True)
    file = host.drives.real(said["results_file"])
    deadline = time.monotonic() + 30
    while not json.loads(file.read_text())["finished"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert json.loads(file.read_text())["answered_by"] == "win1"


def test_a_secret_argument_is_in_no_answer_even_where_the_model_repeats_it(host: SmallHost) -> None:
    outcome, said, record = ask(host, {"data": "planted"}, engine=engine_of(lambda _: {"msg": "it was planted"}))
    assert "planted" not in outcome.stdout
    assert said["invocation"]["module_args"]["data"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert "planted" not in repr(record)


def test_a_script_whose_spec_cannot_be_read_is_told_as_the_host_models_own_trouble(host: SmallHost) -> None:
    def unreadable(_script: str, _utilities: Mapping[str, str]) -> Any:
        raise LookupError("no spec")

    outcome, said, _record = ask(host, {}, engine=replace(small_engine(), spec_of_script=unreadable))
    assert outcome.verdict == "refused"
    assert said["msg"].startswith("winhost: the host model broke: LookupError")


def test_what_nobody_can_read_is_refused(host: SmallHost) -> None:
    record = Record(host.name, 1)
    outcome = small_engine().carry_out(host, sent.line("x"), b"{}\n\0\0\0\0\n{}", record)
    assert outcome.verdict == "refused"
    assert "winhost: a payload" in outcome.stderr
