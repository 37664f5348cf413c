# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask Nagios for the state of a service, through its statusjson.cgi. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional
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
        "host": {"type": "str", "required": True},
        "service": {"type": "str", "required": True},
        "accept_warning": {"type": "bool", "default": False},
        "max_age_seconds": {"type": "float"},
    },
}
# The numbers of statusjson.cgi are bits, others than the return codes of plugins.
STATES = {1: "pending", 2: "ok", 4: "warning", 8: "unknown", 16: "critical"}
# A running Nagios writes its status every few seconds. Of one that does not run any more the CGI repeats the last.
STOOD_STILL_SECONDS = 300


@dataclass(frozen=True)
class Settings:
    url: str
    host: str
    service: str
    accept_warning: bool
    max_age_seconds: Optional[float]

    @property
    def asked(self) -> str:
        return f"Nagios {self.url}: {self.service} on {self.host}"

    def address(self) -> str:
        asked = {"query": "service", "hostname": self.host, "servicedescription": self.service}
        return f"{self.url}?{urlencode(asked)}"


def read(target: str, given: Mapping[str, Any]) -> Settings:
    """The options as values; BadInput names what cannot be meant."""
    check_url(f"Target {target} has Nagios at the url", given["url"])
    if "?" in given["url"]:
        raise BadInput(f"Target {target} has a question in the url of Nagios. End it with /cgi-bin/statusjson.cgi.")
    age = given.get("max_age_seconds")
    if age is not None and not age > 0:
        raise BadInput(f"Target {target} has max_age_seconds {age:g}; it has to be more than 0.")
    return Settings(given["url"], given["host"], given["service"], bool(given.get("accept_warning")), age)


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    settings: Settings = target.settings
    who = f"Nagios {settings.url}"
    body = told(who, settings.address(), target.headers, Means(trust, clock, Deadline(timeout_seconds, clock)))
    return body if isinstance(body, Observation) else judged(settings, body)


def judged(settings: Settings, body: Any) -> Observation:  # noqa: ANN401 - JSON of anybody
    """What an answer says of the service. Pure."""
    try:
        result = body["result"]
        if result["type_code"] != 0:
            return unasked(f"Nagios {settings.url} answered {result['type_text']}: {result['message']}")
        return _judged(settings, result, body["data"]["service"])
    except (KeyError, TypeError) as error:
        return unasked(f"Nagios {settings.url} gave an answer that cannot be read: {error!r}")


def _judged(settings: Settings, result: dict[str, Any], service: dict[str, Any]) -> Observation:
    # Without a UTF-8 locale the CGI leaves a line out that has more than ASCII in it.
    state, said = STATES[service["status"]], str(service["plugin_output"]) or "(Nagios does not tell its words)"
    age = (result["query_time"] - service["last_check"]) / 1000
    silent = (result["query_time"] - result["last_data_update"]) / 1000
    if silent > STOOD_STILL_SECONDS:
        return unasked(
            f"Nagios {settings.url} has not written its status for {silent:g} s, so it does not run; it said {state}"
        )
    if state == "pending":
        return without_data(f"{settings.service} on {settings.host} has not been checked yet")
    if settings.max_age_seconds is not None and age > settings.max_age_seconds:
        return without_data(f"the last check is {age:g} s old, allowed: {settings.max_age_seconds:g}; it said {state}")
    if state == "unknown":
        return unasked(f"{settings.service} on {settings.host} is unknown: {said}")
    good = state == "ok" or (state == "warning" and settings.accept_warning)
    value = {"state": state, "said": said, "age_seconds": age}
    return Observation(judged=True, reason=None if good else f"{settings.service} is {state}: {said}", value=value)
