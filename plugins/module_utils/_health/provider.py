# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a monitoring system over HTTP for JSON: its own trouble is never the application's. Private to hybrid.rollout."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Union

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health import http
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target, unasked
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

EXCERPT = 300
HEAD = 100


@dataclass(frozen=True)
class Means:
    """What one question to a provider has, however many requests it takes."""

    trust: Trust
    clock: Clock
    deadline: Deadline


def told(who: str, url: str, headers: Mapping[str, str], means: Means) -> Union[Observation, object]:
    """The decoded body, or the observation that stands for there being none."""
    answer = http.ask(Target(who, url=url, headers=headers), means.deadline.remaining, means.trust, means.clock)
    if answer.error:
        return replace(unasked(f"{who}: {answer.error}"), status=answer.status)
    if answer.status != 200:
        return unasked(f"{who} answered status {answer.status}: {excerpt(answer.body)}")
    try:
        return json.loads(answer.body)
    except ValueError as error:
        return unasked(f"{who} answered what is not JSON ({error}): {answer.body[:EXCERPT]!r}")


def excerpt(body: str) -> str:
    """The words of an answer that is told: of a web page its text. The end of a long one says what went wrong, after a traceback."""
    if body.lstrip().startswith("<"):
        body = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
    return body if len(body) <= EXCERPT else f"{body[:HEAD]} ... {body[HEAD - EXCERPT :]}"
