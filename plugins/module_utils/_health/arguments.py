# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``health_gate``, and their sense checked before anybody is asked. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.expectation import Condition
from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import finder
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import Question
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC

_CONDITION: dict[str, Any] = {
    "status": {"type": "list", "elements": "int"},
    "headers": {"type": "dict"},
    "json": {"type": "dict"},
    "body_contains": {"type": "str"},
}

SPEC: dict[str, Any] = {
    "argument_spec": {
        "targets": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "name": {"type": "str", "required": True},
                "url": {"type": "str"},
                "host": {"type": "str"},
                "port": {"type": "int"},
                "headers": {"type": "dict"},
            },
        },
        "expect": {
            "type": "dict",
            "options": {**_CONDITION, "status": {"type": "list", "elements": "int", "default": [200]}},
        },
        "version": {"type": "str"},
        "version_path": {"type": "str", "default": "version"},
        "fail_on": {"type": "list", "elements": "dict", "default": [], "options": _CONDITION},
        "consecutive_successes": {"type": "int", "default": 3},
        "interval_seconds": {"type": "float", "default": 0.5},
        "timeout_seconds": {"type": "float", "default": 60.0},
        "request_timeout_seconds": {"type": "float", "default": 2.0},
        "ca_path": {"type": "path"},
        "validate_certs": {"type": "bool", "default": True},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path"},
        **REACH_SPEC,
        **RECORD_SPEC,
    },
    "required_by": {"client_key": ["client_cert"]},
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


def asking_from(params: dict[str, Any]) -> Asking:
    """The options as values; BadInput says which option cannot be meant and why."""
    _check_numbers(params)
    targets = tuple(_target(given) for given in params["targets"])
    if not targets:
        raise BadInput("targets is empty: a gate that asks nobody would always open. Name at least one target.")
    names = [target.name for target in targets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"targets names {', '.join(twice)} more than once. Give each target a name of its own.")
    over_tcp = [target.name for target in targets if not target.url]
    about_answers = [option for option in ("expect", "version", "fail_on") if params[option]]
    if over_tcp and about_answers:
        raise BadInput(
            f"{', '.join(about_answers)} cannot be asked of {', '.join(over_tcp)}: with host and port only the "
            "connection counts. Give a url, or put these targets into a gate of their own."
        )
    question = Question(
        expect=_condition("expect", params["expect"] or {"status": [200]}, params["version"], params["version_path"]),
        consecutive_successes=params["consecutive_successes"],
        fail_on=tuple(_condition(f"fail_on[{number}]", given) for number, given in enumerate(params["fail_on"])),
    )
    trust = Trust(params["ca_path"], params["validate_certs"], params["client_cert"], params["client_key"])
    return Asking(
        targets,
        question,
        params["interval_seconds"],
        params["timeout_seconds"],
        params["request_timeout_seconds"],
        trust,
    )


def _check_numbers(params: dict[str, Any]) -> None:
    if params["consecutive_successes"] < 1:
        raise BadInput(f"consecutive_successes is {params['consecutive_successes']}; it has to be 1 or more.")
    for option in ("interval_seconds", "request_timeout_seconds"):
        if not params[option] > 0:
            raise BadInput(f"{option} is {params[option]:g}; it has to be more than 0.")
    if not params["timeout_seconds"] >= 0:
        raise BadInput(f"timeout_seconds is {params['timeout_seconds']:g}; it has to be 0 (ask once) or more.")


def _target(given: dict[str, Any]) -> Target:
    name, url, host, port = given["name"], given.get("url"), given.get("host") or "", given.get("port")
    headers = {str(key): str(value) for key, value in (given.get("headers") or {}).items()}
    if bool(url) == bool(host):
        raise BadInput(f"Target {name} needs either url, or host and port; it has {'both' if url else 'neither'}.")
    if url:
        _check_url(name, url)
        if port is not None:
            raise BadInput(f"Target {name} has a url and a port. Write the port into the url.")
        return Target(name, url=url, headers=headers)
    if port is None or not 0 < port < 65536:
        raise BadInput(f"Target {name} asks {host} at port {port}; a port from 1 to 65535 is needed.")
    if headers:
        raise BadInput(f"Target {name} has headers but no url. With host and port only the connection counts.")
    return Target(name, host=host, port=port)


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or any(character <= " " for character in url):
        raise BadInput(
            f"Target {name} has the url {url!r}. Write http:// or https://, a host, and a port if it is not the usual."
        )
    if "@" in parts.netloc:
        raise BadInput(
            f"The url of target {name} carries a user name or password, which would be shown. Use headers instead."
        )


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
