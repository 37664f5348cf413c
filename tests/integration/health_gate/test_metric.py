# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running Prometheus or Graphite cannot be made to say; test_at_prometheus and test_at_graphite ask real ones."""

from __future__ import annotations

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


def test_the_providers_are_asked_as_they_document_it(
    gate: Any, at_graphite: Ask, graphite: Provider, prometheus: Provider
) -> None:
    at_graphite("with_holes", max=10, **{"from": "-90s"})
    path, asked, _headers = graphite.requests[0]
    assert (path, asked) == ("/render", {"target": "with_holes", "from": "-90s", "format": "json"})
    metric = {"prometheus_url": f"{prometheus.url}/prefix", "query": "number", "max": 9}
    target = {"name": "app1", "metric": metric, "headers": {"authorization": "Bearer planted-secret"}}
    result = gate(target, consecutive_successes=1)
    path, asked, headers = prometheus.requests[0]
    assert (path, asked) == ("/prefix/api/v1/query", {"query": "number"})
    assert headers["authorization"] == "Bearer planted-secret"
    assert "planted-secret" not in str(result)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ({"prometheus_url": "http://a", "max": 1, "query": " "}, "an empty query"),
        ({"graphite_url": "http://a", "max_ratio": 1.0, "control_query": "sum(b"}, "control_query 'sum\\(b'"),
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
