# SPDX-License-Identifier: GPL-3.0-or-later
"""A number of Prometheus or Graphite decides, and silence does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from ._provider import Provider

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def prometheus() -> Iterator[Provider]:
    made = Provider("prometheus")
    yield made
    made.stop()


@pytest.fixture
def graphite() -> Iterator[Provider]:
    made = Provider("graphite")
    yield made
    made.stop()


@pytest.fixture
def at_prometheus(gate: Any, prometheus: Provider) -> Ask:
    def ask(query: str, no_data: str = "undecided", **metric: Any) -> dict[str, Any]:
        settings = {"prometheus_url": prometheus.url, "query": query, **metric}
        return judged(gate, {"name": "app1", "metric": settings}, no_data)

    return ask


@pytest.fixture
def at_graphite(gate: Any, graphite: Provider) -> Ask:
    def ask(query: str, **metric: Any) -> dict[str, Any]:
        settings = {"graphite_url": f"{graphite.url}/", "query": query, **metric}
        return judged(gate, {"name": "app1", "metric": settings})

    return ask


def judged(gate: Any, target: dict[str, Any], no_data: str = "undecided") -> dict[str, Any]:
    result = gate(target, consecutive_successes=1, no_data=no_data)
    return {**result["targets"][0]["last"], "verdict": result["verdict"]}


@pytest.mark.parametrize(
    ("query", "limits", "verdict"),
    [
        ("canary", {"max": 0.02}, "passed"),
        ("canary", {"max": 0.01}, "failed"),
        ("canary", {"min": 0.02}, "passed"),
        ("canary", {"min": 0.03}, "failed"),
        ("scalar", {"min": 5, "max": 5}, "passed"),
        ("range", {"min": 4, "max": 4}, "passed"),
        ("range", {"min": 4, "max": 4, "reduce": "mean"}, "passed"),
        ("range", {"max": 6, "reduce": "max"}, "failed"),
        ("range", {"min": 2, "reduce": "min"}, "failed"),
        ("two_series", {"min": 2, "max": 2, "reduce": "mean"}, "passed"),
        ("infinite", {"max": 10}, "failed"),
    ],
)
def test_a_number_is_held_against_its_limits(
    at_prometheus: Ask, query: str, limits: dict[str, Any], verdict: str
) -> None:
    assert at_prometheus(query, **limits)["verdict"] == verdict


def test_a_number_beyond_its_limit_is_told_with_the_limit(at_prometheus: Ask) -> None:
    last = at_prometheus("canary", max=0.01)
    assert last["reason"] == "canary is 0.02, expected at most 0.01"
    assert last["value"] == {"value": 0.02, "value_samples": 1.0}


@pytest.mark.parametrize("query", ["empty", "not_a_number"])
def test_no_data_does_not_open_the_gate(at_prometheus: Ask, query: str) -> None:
    last = at_prometheus(query, max=1)
    assert (last["verdict"], last["reason"]) == ("undecided", f"0 samples of {query}, at least 1 are needed")
    assert at_prometheus(query, "failed", max=1)["verdict"] == "failed"
    assert at_prometheus(query, "passed", max=1)["verdict"] == "passed"


@pytest.mark.parametrize(
    ("control", "ratio", "verdict"),
    [
        ("control", 2.0, "passed"),
        ("control", 1.5, "failed"),
        ("zero", 2.0, "failed"),
        ("empty", 2.0, "undecided"),
        ("infinite", 2.0, "undecided"),
    ],
)
def test_a_canary_is_held_against_its_control(at_prometheus: Ask, control: str, ratio: float, verdict: str) -> None:
    last = at_prometheus("canary", control_query=control, max_ratio=ratio)
    assert last["verdict"] == verdict
    if (control, verdict) == ("control", "failed"):
        assert last["reason"] == "canary is 0.02, more than 1.5 times its control's 0.01"


def test_a_canary_without_errors_is_no_worse_than_a_control_without_errors(at_prometheus: Ask) -> None:
    assert at_prometheus("zero", control_query="zero", max_ratio=1.0)["verdict"] == "passed"


@pytest.mark.parametrize(
    ("canary", "control", "verdict"),
    [
        ("many_requests", "many_requests", "passed"),
        ("few_requests", "many_requests", "undecided"),
        ("many_requests", "few_requests", "undecided"),
        ("empty", "many_requests", "undecided"),
    ],
)
def test_too_little_traffic_on_either_side_decides_nothing(
    at_prometheus: Ask, canary: str, control: str, verdict: str
) -> None:
    counts = {"samples_query": canary, "control_samples_query": control, "min_samples": 100}
    last = at_prometheus("canary", control_query="control", max_ratio=2.0, **counts)
    assert last["verdict"] == verdict
    if canary == "few_requests":
        assert last["reason"] == "40 samples of canary, at least 100 are needed"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error", "answered status 400: .*unclosed left parenthesis"),
        ("string", "a result of type string"),
        ("two_series", "has 2 series for two_series"),
    ],
)
def test_a_question_that_is_not_answered_says_nothing_about_the_application(
    at_prometheus: Ask, query: str, words: str
) -> None:
    last = at_prometheus(query, "failed", max=1)
    assert last["verdict"] == "could_not_ask"
    assert re.search(words, last["reason"])


@pytest.mark.parametrize(
    "answer",
    [(503, "query timed out"), (200, "<html>"), (200, "[]"), (200, '{"status": "success"}'), (200, "null")],
)
def test_a_provider_in_trouble_says_nothing_about_the_application(
    at_prometheus: Ask, prometheus: Provider, answer: tuple[int, str]
) -> None:
    prometheus.answers["sick"] = answer
    assert at_prometheus("sick", "failed", max=1)["verdict"] == "could_not_ask"


def test_a_provider_that_is_gone_says_nothing_about_the_application(gate: Any) -> None:
    metric = {"prometheus_url": f"http://127.0.0.1:{free_port()}", "query": "up", "min": 1}
    last = judged(gate, {"name": "app1", "metric": metric})
    assert last["verdict"] == "could_not_ask"
    assert "Connection refused" in last["reason"]


@pytest.mark.parametrize(
    ("query", "limits", "verdict"),
    [
        ("with_holes", {"min": 4, "max": 4}, "passed"),
        ("with_holes", {"min": 4, "max": 4, "reduce": "mean"}, "passed"),
        ("with_holes", {"max": 6, "reduce": "max"}, "failed"),
        ("with_holes", {"max": 10, "min_samples": 4}, "undecided"),
        ("only_holes", {"max": 10}, "undecided"),
        ("unknown_metric", {"max": 10}, "undecided"),
    ],
)
def test_graphite_is_asked_the_same_and_its_holes_are_no_data(
    at_graphite: Ask, query: str, limits: dict[str, Any], verdict: str
) -> None:
    assert at_graphite(query, **limits)["verdict"] == verdict


def test_the_providers_are_asked_as_they_document_it(
    gate: Any, at_graphite: Ask, graphite: Provider, prometheus: Provider
) -> None:
    at_graphite("with_holes", max=10, **{"from": "-90s"})
    path, asked, _headers = graphite.requests[0]
    assert (path, asked) == ("/render", {"target": "with_holes", "from": "-90s", "format": "json"})
    metric = {"prometheus_url": f"{prometheus.url}/prefix", "query": "canary", "max": 1}
    target = {"name": "app1", "metric": metric, "headers": {"authorization": "Bearer planted-secret"}}
    result = gate(target, consecutive_successes=1)
    path, asked, headers = prometheus.requests[0]
    assert (path, asked) == ("/prefix/api/v1/query", {"query": "canary"})
    assert headers["authorization"] == "Bearer planted-secret"
    assert "planted-secret" not in str(result)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ({"max": 1}, "either prometheus_url or graphite_url"),
        ({"prometheus_url": "http://a", "graphite_url": "http://b", "max": 1}, "either prometheus_url or graphite_url"),
        ({"prometheus_url": "a:9090", "max": 1}, "Write http:// or https://"),
        ({"prometheus_url": "http://me:secret@a", "max": 1}, "Use headers instead"),
        ({"prometheus_url": "http://a"}, "any value would do"),
        ({"prometheus_url": "http://a", "min": 2, "max": 1}, "min 2 above max 1"),
        ({"prometheus_url": "http://a", "max": float("nan")}, "the limit max nan"),
        ({"prometheus_url": "http://a", "max": 1, "control_query": "b"}, "control_query and max_ratio together"),
        ({"prometheus_url": "http://a", "max_ratio": 1.0}, "control_query and max_ratio together"),
        ({"prometheus_url": "http://a", "max_ratio": 0.0, "control_query": "b"}, "max_ratio 0"),
        ({"prometheus_url": "http://a", "max": 1, "min_samples": 0}, "min_samples 0"),
        ({"prometheus_url": "http://a", "max": 1, "control_samples_query": "b"}, "give both or neither"),
        (
            {"prometheus_url": "http://a", "max_ratio": 1.0, "control_query": "b", "samples_query": "c"},
            "give both or neither",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(gate: Any, metric: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        gate({"name": "app1", "metric": {"query": "up", **metric}})
    assert "secret" not in str(caught.value)
