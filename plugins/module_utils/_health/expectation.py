# SPDX-License-Identifier: GPL-3.0-or-later
"""A condition on an answer, and why an answer does not meet it. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import finder
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation


@dataclass(frozen=True)
class Condition:
    """Everything that is set here has to hold. ``version`` is compared as text with what is at ``version_path``."""

    status: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    body_contains: Optional[str] = None
    version: Optional[str] = None
    version_path: str = "version"


def mismatch(condition: Condition, answer: Observation) -> Optional[str]:
    """The first part of ``condition`` that ``answer`` does not meet, in words, or None where it meets all of it."""
    if answer.status is None:  # no answer, or a connection where nothing more was asked
        return answer.error
    if condition.status and answer.status not in condition.status:
        return f"status {answer.status}, expected {' or '.join(map(str, condition.status))}{_redirect(answer)}"
    for name, wanted in condition.headers.items():
        seen = answer.headers.get(name.lower())
        if seen != wanted:
            return (
                f"header {name} is {seen!r}, expected {wanted!r}"
                if seen
                else f"header {name} is missing, expected {wanted!r}"
            )
    if condition.body_contains is not None and condition.body_contains not in answer.body:
        return f"the body does not contain {condition.body_contains!r}"
    return _json_mismatch(condition, answer)


def version_of(answer: Observation, version_path: str) -> Optional[str]:
    """The version that an answer tells, where it tells one."""
    try:
        found = finder(version_path)(json.loads(answer.body))
    except ValueError:
        return None
    return None if found is None else str(found)


def _json_mismatch(condition: Condition, answer: Observation) -> Optional[str]:
    if not condition.json and condition.version is None:
        return None
    try:
        body = json.loads(answer.body)
    except ValueError as error:
        return f"the body is not JSON: {error}"
    for path, wanted in condition.json.items():
        found = finder(path)(body)
        if found != wanted or isinstance(found, bool) is not isinstance(wanted, bool):
            return f"{path} is {json.dumps(found)}, expected {json.dumps(wanted)}"
    if condition.version is not None:
        found = version_of(answer, condition.version_path)
        if found is None:
            return f"the body tells no version at {condition.version_path}, expected {condition.version}"
        if found != condition.version:
            return f"it runs version {found}, expected {condition.version}"
    return None


def _redirect(answer: Observation) -> str:
    return f" (it redirects to {answer.headers['location']})" if "location" in answer.headers else ""
