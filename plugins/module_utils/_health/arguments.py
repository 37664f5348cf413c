# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``health_gate``, and their sense checked before anybody is asked. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.expectation import Condition
from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import finder
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.targets import TARGETS_SPEC, read_targets
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, PASSED, UNDECIDED, Question
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

_CONDITION: dict[str, Any] = {
    "status": {"type": "list", "elements": "int"},
    "headers": {"type": "dict"},
    "json": {"type": "dict"},
    "body_contains": {"type": "str"},
}

SPEC: dict[str, Any] = {
    "argument_spec": {
        "targets": TARGETS_SPEC,
        "expect": {
            "type": "dict",
            "options": {**_CONDITION, "status": {"type": "list", "elements": "int", "default": [200]}},
        },
        "version": {"type": "str"},
        "version_path": {"type": "str", "default": "version"},
        "fail_on": {"type": "list", "elements": "dict", "default": [], "options": _CONDITION},
        "consecutive_successes": {"type": "int", "default": 3},
        "tolerate_failures": {"type": "int"},
        "tolerate_failures_in_a_row": {"type": "int"},
        "no_data": {"type": "str", "choices": [FAILED, UNDECIDED, PASSED], "default": UNDECIDED},
        "require": {"type": "str", "choices": ["all", "any", "at_least"], "default": "all"},
        "at_least": {"type": "int"},
        "report_only": {"type": "bool", "default": False},
        "evidence_path": {"type": "path"},
        "initial_delay_seconds": {"type": "float", "default": 0.0},
        "interval_seconds": {"type": "float", "default": 0.5},
        "timeout_seconds": {"type": "float", "default": 60.0},
        "request_timeout_seconds": {"type": "float", "default": 2.0},
        "ca_path": {"type": "path"},
        "validate_certs": {"type": "bool", "default": True},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path"},
        **REACH_SPEC,
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
    "required_by": {"client_key": ["client_cert"]},
    "required_if": [("require", "at_least", ["at_least"])],
}


@dataclass(frozen=True)
class Asking:
    """Whom to ask what, how often and for how long."""

    targets: tuple[Target, ...]
    question: Question
    interval_seconds: float
    timeout_seconds: float
    request_timeout_seconds: float
    trust: Trust
    needed: int
    initial_delay_seconds: float = 0.0
    report_only: bool = False
    evidence_path: Optional[str] = None


def asking_from(params: dict[str, Any]) -> Asking:
    """The options as values; BadInput says which option cannot be meant and why."""
    _check_numbers(params)
    targets = read_targets(params["targets"])
    _check_meant_for_http(params, targets)
    question = Question(
        expect=_condition("expect", params["expect"] or {"status": [200]}, params["version"], params["version_path"]),
        consecutive_successes=params["consecutive_successes"],
        fail_on=tuple(_condition(f"fail_on[{number}]", given) for number, given in enumerate(params["fail_on"])),
        tolerate_failures=params.get("tolerate_failures"),
        tolerate_failures_in_a_row=params.get("tolerate_failures_in_a_row"),
        no_data=params.get("no_data") or UNDECIDED,
    )
    trust = Trust(params["ca_path"], params["validate_certs"], params["client_cert"], params["client_key"])
    return Asking(
        targets,
        question,
        params["interval_seconds"],
        params["timeout_seconds"],
        params["request_timeout_seconds"],
        trust,
        _needed(params, len(targets)),
        params.get("initial_delay_seconds") or 0.0,
        bool(params.get("report_only")),
        params.get("evidence_path"),
    )


def _check_numbers(params: dict[str, Any]) -> None:
    if params["consecutive_successes"] < 1:
        raise BadInput(f"consecutive_successes is {params['consecutive_successes']}; it has to be 1 or more.")
    for option in ("interval_seconds", "request_timeout_seconds"):
        if not params[option] > 0:
            raise BadInput(f"{option} is {params[option]:g}; it has to be more than 0.")
    if not params["timeout_seconds"] >= 0:
        raise BadInput(f"timeout_seconds is {params['timeout_seconds']:g}; it has to be 0 (ask once) or more.")
    for option in ("tolerate_failures", "tolerate_failures_in_a_row", "initial_delay_seconds"):
        given = params.get(option)
        if given is not None and not 0 <= given < float("inf"):
            raise BadInput(f"{option} is {given:g}; it has to be 0 or more.")


def _needed(params: dict[str, Any], targets: int) -> int:
    """How many targets have to pass."""
    require, number = params.get("require") or "all", params.get("at_least")
    if require != "at_least":
        if number is not None:
            raise BadInput(f"at_least is {number}, and require is {require}. Set require to at_least, or leave it out.")
        return targets if require == "all" else 1
    if number is None or not 1 <= number <= targets:
        raise BadInput(f"at_least is {number}; of {targets} targets a number from 1 to {targets} can be asked for.")
    return int(number)


def _check_meant_for_http(params: dict[str, Any], targets: tuple[Target, ...]) -> None:
    about_answers = [option for option in ("expect", "version", "fail_on") if params[option]]
    over_tcp = [target.name for target in targets if target.kind == "tcp"]
    if over_tcp and about_answers:
        raise BadInput(
            f"{', '.join(about_answers)} cannot be asked of {', '.join(over_tcp)}: with host and port only the "
            "connection counts. Give a url, or put these targets into a gate of their own."
        )
    if about_answers and all(target.kind != "http" for target in targets):
        raise BadInput(f"{', '.join(about_answers)} is about HTTP answers, and no target has a url. Leave it out.")


def _condition(
    option: str, given: dict[str, Any], version: Optional[str] = None, version_path: str = "version"
) -> Condition:
    made = Condition(
        status=tuple(given.get("status") or ()),
        headers={str(key): str(value) for key, value in (given.get("headers") or {}).items()},
        json=given.get("json") or {},
        body_contains=given.get("body_contains"),
        version=version,
        version_path=version_path,
    )
    if made == Condition():
        raise BadInput(
            f"{option} asks for nothing, so any answer would meet it. Set status, headers, json or body_contains."
        )
    for path in [*made.json, made.version_path]:
        finder(path)
    return made
