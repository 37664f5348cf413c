# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask Alertmanager whether no alert fires that somebody would be woken for. Private to hybrid.rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union
from urllib.parse import urlencode

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.address import check_url
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import (
    Observation,
    Target,
    unasked,
    without_data,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._health.provider import Means, told
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

SPEC: dict[str, Any] = {
    "type": "dict",
    "options": {
        "url": {"type": "str", "required": True},
        "matchers": {"type": "list", "elements": "str", "default": []},
        "watchdog": {"type": "str"},
    },
}


@dataclass(frozen=True)
class Settings:
    url: str
    matchers: tuple[str, ...]
    watchdog: Optional[str]

    @property
    def asked(self) -> str:
        return f"Alertmanager {self.url}: no alert{' with ' if self.matchers else ''}{', '.join(self.matchers)}"

    def address(self, matchers: Sequence[str], suppressed: bool) -> str:
        """Of the alerts that fire, with or without those that are silenced or inhibited."""
        also = str(suppressed).lower()
        words = [("active", "true"), ("silenced", also), ("inhibited", also)]
        return f"{self.url}/api/v2/alerts?{urlencode([*words, *(('filter', matcher) for matcher in matchers)])}"


def read(target: str, given: Mapping[str, Any]) -> Settings:
    """The options as values; BadInput names what cannot be meant."""
    check_url(f"Target {target} has Alertmanager at the url", given["url"])
    if "?" in given["url"] or "/api/" in given["url"]:
        raise BadInput(
            f"Target {target} has a question in the url of Alertmanager. End it where its own pages begin, before /api."
        )
    matchers = tuple(given.get("matchers") or ())
    if not all(matcher.strip() for matcher in matchers):
        raise BadInput(f'Target {target} has an empty matcher. Write one such as team="payments", or leave it out.')
    return Settings(given["url"].rstrip("/"), matchers, given.get("watchdog"))


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    settings: Settings = target.settings
    means = Means(trust, clock, Deadline(timeout_seconds, clock))

    def alerts(matchers: Sequence[str], suppressed: bool) -> Union[Observation, list[str]]:
        who = f"Alertmanager {settings.url}"
        body = told(who, settings.address(matchers, suppressed), target.headers, means)
        return body if isinstance(body, Observation) else names(who, body)

    if settings.watchdog is not None:
        heard = alerts([f"alertname={json.dumps(settings.watchdog)}"], suppressed=True)
        if isinstance(heard, Observation):
            return heard
        if not heard:
            return without_data(
                f"{settings.watchdog}, which always fires, does not: nobody tells Alertmanager of alerts"
            )
    firing = alerts(settings.matchers, suppressed=False)
    return firing if isinstance(firing, Observation) else judged(settings, firing)


def names(who: str, body: Any) -> Union[Observation, list[str]]:  # noqa: ANN401 - JSON of anybody
    """Of the alerts in an answer. Pure."""
    try:
        if not isinstance(body, list):
            raise TypeError(f"{type(body).__name__} in the place of a list")
        return [str(alert["labels"]["alertname"]) for alert in body]
    except (KeyError, TypeError) as error:
        return unasked(f"{who} gave an answer that cannot be read: {error!r}")


def judged(settings: Settings, firing: Sequence[str]) -> Observation:
    """What the alerts that fire say. Pure."""
    counted = [name for name in firing if name != settings.watchdog]
    different = sorted(set(counted))
    reason = f"{len(counted)} alert{'s fire' if len(counted) > 1 else ' fires'}: {', '.join(different)}"
    return Observation(
        judged=True, reason=reason if counted else None, value={"firing": len(counted), "alerts": different}
    )
