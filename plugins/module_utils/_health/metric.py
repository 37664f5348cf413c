# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask Prometheus or Graphite for a number and hold it against limits, or against a control. Private to hybrid.rollout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Union
from urllib.parse import urlencode

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health import series
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
        "prometheus_url": {"type": "str"},
        "graphite_url": {"type": "str"},
        "query": {"type": "str", "required": True},
        "from": {"type": "str", "default": "-5min"},
        "reduce": {"type": "str", "choices": list(series.REDUCERS), "default": "last"},
        "min": {"type": "float"},
        "max": {"type": "float"},
        "control_query": {"type": "str"},
        "max_ratio": {"type": "float"},
        "min_samples": {"type": "int", "default": 1},
        "samples_query": {"type": "str"},
        "control_samples_query": {"type": "str"},
    },
}


@dataclass(frozen=True)
class Settings:
    url: str
    at_prometheus: bool
    query: str
    since: str
    reduce: str
    low: Optional[float]
    high: Optional[float]
    control: Optional[str]
    max_ratio: Optional[float]
    min_samples: int
    samples: Optional[str]
    control_samples: Optional[str]

    @property
    def who(self) -> str:
        return f"{'Prometheus' if self.at_prometheus else 'Graphite'} {self.url}"

    @property
    def asked(self) -> str:
        return f"{self.who}: {self.query}" + (f" against {self.control}" if self.control else "")

    def address(self, query: str) -> str:
        if self.at_prometheus:
            return f"{self.url}/api/v1/query?{urlencode({'query': query})}"
        return f"{self.url}/render?{urlencode({'target': query, 'from': self.since, 'format': 'json'})}"


def read(target: str, given: Mapping[str, Any]) -> Settings:
    """The options as values; BadInput names what cannot be meant."""
    prometheus, graphite = given.get("prometheus_url"), given.get("graphite_url")
    if bool(prometheus) == bool(graphite):
        raise BadInput(f"Target {target} needs either prometheus_url or graphite_url for its metric.")
    address = str(prometheus or graphite).rstrip("/")
    check_url(f"Target {target} has a metric at the url", address)
    _check_queries(target, given)
    low, high, ratio = given.get("min"), given.get("max"), given.get("max_ratio")
    for option, limit in (("min", low), ("max", high), ("max_ratio", ratio)):
        if limit is not None and not math.isfinite(limit):
            raise BadInput(f"Target {target} has the limit {option} {limit:g}; it has to be a finite number.")
    if low is None and high is None and ratio is None:
        raise BadInput(
            f"Target {target} has a metric without a limit, so any value would do. Set min, max or max_ratio."
        )
    if low is not None and high is not None and low > high:
        raise BadInput(f"Target {target} has min {low:g} above max {high:g}: no value would do.")
    control, control_samples = given.get("control_query"), given.get("control_samples_query")
    if bool(control) != (ratio is not None):
        raise BadInput(f"Target {target} compares with a control: that takes control_query and max_ratio together.")
    if ratio is not None and not ratio > 0:
        raise BadInput(f"Target {target} has max_ratio {ratio:g}; it has to be more than 0.")
    samples, least = given.get("samples_query"), given.get("min_samples", 1)
    if bool(control_samples) != bool(samples and control):
        raise BadInput(
            f"Target {target}: samples_query and control_samples_query count what query and control_query were made of. "
            "With a control give both or neither, without one samples_query only."
        )
    if least < 1:
        raise BadInput(f"Target {target} has min_samples {least}; it has to be 1 or more.")
    since, reduce = given.get("from") or "-5min", given.get("reduce") or "last"
    return Settings(
        address,
        bool(prometheus),
        given["query"],
        since,
        reduce,
        low,
        high,
        control,
        ratio,
        least,
        samples,
        control_samples,
    )


def _check_queries(target: str, given: Mapping[str, Any]) -> None:
    for option in ("query", "control_query", "samples_query", "control_samples_query"):
        query = given.get(option)
        if query is not None and not query.strip():
            raise BadInput(f"Target {target} has an empty {option}, and nothing can be asked with that.")
        if query and given.get("graphite_url") and not series.is_whole(query):
            raise BadInput(
                f"Target {target} has the {option} {query!r}, in which not every parenthesis is closed. Graphite would not "
                "complain, it would leave out a part of it."
            )


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    settings: Settings = target.settings
    means = Means(trust, clock, Deadline(timeout_seconds, clock))
    found: dict[str, float] = {}
    for name, query, count in (
        ("value", settings.query, settings.samples),
        ("control", settings.control, settings.control_samples),
    ):
        if query is None:
            continue
        values = _values(target, query, means, settings.reduce == "last")
        if isinstance(values, Observation):
            return values
        counted = _values(target, count, means, False) if count else [float(len(values))]
        if isinstance(counted, Observation):
            return counted
        samples = sum(counted)
        if not values or not samples >= settings.min_samples:
            return without_data(f"{samples:g} samples of {query}, at least {settings.min_samples} are needed")
        found[name] = series.REDUCERS[settings.reduce](values)
        found[f"{name}_samples"] = samples
    return judged(settings, found)


def judged(settings: Settings, found: dict[str, float]) -> Observation:
    """The numbers held against the limits. Pure."""
    value = found["value"]
    reason = None
    if settings.low is not None and value < settings.low:
        reason = f"{settings.query} is {value:g}, expected at least {settings.low:g}"
    elif settings.high is not None and value > settings.high:
        reason = f"{settings.query} is {value:g}, expected at most {settings.high:g}"
    elif settings.max_ratio is not None:
        control = found["control"]
        if not math.isfinite(control):
            return without_data(f"{settings.control} is {control:g}, and nothing can be held against that")
        if value > settings.max_ratio * control:
            reason = f"{settings.query} is {value:g}, more than {settings.max_ratio:g} times its control's {control:g}"
    return Observation(judged=True, reason=reason, value=_finite(found))


def _values(target: Target, query: str, means: Means, one_series: bool) -> Union[Observation, list[float]]:
    settings: Settings = target.settings
    body = told(settings.who, settings.address(query), target.headers, means)
    if isinstance(body, Observation):
        return body
    try:
        all_of_them = (series.prometheus if settings.at_prometheus else series.graphite)(body)
    except series.Unreadable as error:
        return unasked(f"{settings.who} answered {error}")
    if one_series and len(all_of_them) > 1:
        return unasked(
            f"{settings.who} has {len(all_of_them)} series for {query}, and none of them is the last: make one of them in "
            "the query, or reduce by mean, max or min"
        )
    return [value for values in all_of_them for value in values]


def _finite(found: dict[str, float]) -> dict[str, Any]:
    """For JSON, which has no infinity."""
    return {name: number if math.isfinite(number) else str(number) for name, number in found.items()}
