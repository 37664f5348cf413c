# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Prometheus decides, with what it has scraped of members; `tests/lab/lab base monitoring` brings it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ._prometheus import Prometheus
from ._tree import login

Ask = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.xdist_group("prometheus")
QUEUE = 'quotes_queue{member="app1"}'
ERRORS = 'rate(quotes_errors_total{member="%s"}[1m]) / rate(quotes_requests_total{member="%s"}[1m])'
CANARY, CONTROL, QUIET = (ERRORS % (member, member) for member in ("app1", "app2", "app3"))
NO_ERRORS = 'quotes_errors_total{member="app3"}'
REQUESTS = 'quotes_requests_total{member="%s"}'


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    made = Prometheus(tmp_path_factory.mktemp("prometheus"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def ask(gate: Any, prometheus: Prometheus) -> Ask:
    def asked(query: str, given: Any = None, headers: Any = None, **metric: Any) -> dict[str, Any]:
        settings = {"prometheus_url": prometheus.url, "query": query, **metric}
        target = {"name": "app1", "metric": settings, "headers": prometheus.headers if headers is None else headers}
        result = gate(target, consecutive_successes=1, **{**prometheus.trust, **(given or {})})
        return {**result["targets"][0]["last"], "verdict": result["verdict"], "msg": result.get("msg", "")}

    return asked


@pytest.mark.parametrize(
    ("query", "limits", "verdict"),
    [
        (QUEUE, {"min": 4, "max": 4}, "passed"),
        (QUEUE, {"max": 3.5}, "failed"),
        (QUEUE, {"min": 4.5}, "failed"),
        (f"{QUEUE}[1m]", {"min": 4, "max": 4}, "passed"),
        ("quotes_queue", {"min": 6, "max": 6, "reduce": "mean"}, "passed"),
        ("quotes_queue", {"max": 7, "reduce": "max"}, "failed"),
        ("scalar(sum(quotes_queue))", {"min": 12, "max": 12}, "passed"),
        ('quotes_hit_ratio{member="app2"}', {"max": 10}, "failed"),
    ],
)
def test_a_number_that_prometheus_scraped_is_held_against_its_limits(
    ask: Ask, query: str, limits: dict[str, Any], verdict: str
) -> None:
    assert ask(query, **limits)["verdict"] == verdict


@pytest.mark.parametrize(("reduce", "verdict"), [("last", "passed"), ("max", "passed"), ("min", "failed")])
def test_the_last_number_of_a_range_is_the_newest(ask: Ask, reduce: str, verdict: str) -> None:
    assert ask("vector(time())[20s:1s]", min=time.time() - 10, reduce=reduce)["verdict"] == verdict


def test_the_message_names_the_number_and_its_limit(ask: Ask) -> None:
    last = ask(QUEUE, max=3.5)
    assert last["value"] == {"value": 4.0, "value_samples": 1.0}
    assert f"{QUEUE} is 4, expected at most 3.5" in last["msg"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("rate(quotes_queue[1m]", 'answered status 400: {"status":"error","errorType":"bad_data"'),
        ("rate(quotes_queue[1m]", "unclosed left parenthesis"),
        ("rated(quotes_queue[1m])", 'unknown function with name \\"rated\\"'),
        ("quotes_queue * on() quotes_queue", "answered status 422"),
        ('"five"', "a result of type string"),
        ("quotes_queue", "has 2 series for quotes_queue"),
    ],
)
def test_a_query_that_prometheus_cannot_answer_is_told_in_its_own_words(ask: Ask, query: str, words: str) -> None:
    last = ask(query, max=1)
    assert (last["verdict"], words in last["reason"]) == ("could_not_ask", True), last["reason"]


@pytest.mark.parametrize(("no_data", "verdict"), [("failed", "failed"), ("passed", "passed")])
def test_no_data_means_what_the_task_says(ask: Ask, no_data: str, verdict: str) -> None:
    assert ask("qoutes_queue", {"no_data": no_data}, max=1)["verdict"] == verdict
    assert ask("rate(quotes_queue[1m]", {"no_data": no_data}, max=1)["verdict"] == "could_not_ask"


@pytest.mark.parametrize("query", ["qoutes_queue", 'quotes_hit_ratio{member="app1"}', f"{QUEUE} > 100", QUIET])
def test_what_nobody_measured_is_no_data(ask: Ask, query: str) -> None:
    last = ask(query, max=1)
    assert (last["verdict"], last["reason"]) == ("undecided", f"0 samples of {query}, at least 1 are needed")


@pytest.mark.parametrize(("ratio", "verdict"), [(2.5, "passed"), (1.5, "failed")])
def test_a_canary_is_held_against_the_members_that_run_what_ran_before(ask: Ask, ratio: float, verdict: str) -> None:
    counts = {"samples_query": REQUESTS % "app1", "control_samples_query": REQUESTS % "app2", "min_samples": 100}
    last = ask(CANARY, control_query=CONTROL, max_ratio=ratio, **counts)
    assert last["verdict"] == verdict
    assert (last["value"]["value"], last["value"]["control"]) == pytest.approx((0.02, 0.01))
    if verdict == "failed":
        assert f"{CANARY} is 0.02, more than 1.5 times its control's 0.01" in last["msg"]


@pytest.mark.parametrize(
    ("canary", "control", "verdict"),
    [
        (QUEUE, NO_ERRORS, "failed"),
        (NO_ERRORS, NO_ERRORS, "passed"),
        (QUEUE, "qoutes_queue", "undecided"),
        (QUEUE, 'quotes_hit_ratio{member="app2"}', "undecided"),
        (QUEUE, 'quotes_hit_ratio{member="app1"}', "undecided"),
    ],
)
def test_a_control_without_errors_is_strict_and_one_without_a_number_decides_nothing(
    ask: Ask, canary: str, control: str, verdict: str
) -> None:
    assert ask(canary, control_query=control, max_ratio=2.0)["verdict"] == verdict


@pytest.mark.parametrize(("canary", "control", "short_of"), [("app3", "app2", CANARY), ("app1", "app3", CONTROL)])
def test_too_few_customers_on_either_side_decide_nothing(ask: Ask, canary: str, control: str, short_of: str) -> None:
    counts = {"samples_query": REQUESTS % canary, "control_samples_query": REQUESTS % control, "min_samples": 100}
    last = ask(CANARY, control_query=CONTROL, max_ratio=2.5, **counts)
    assert (last["verdict"], last["reason"]) == ("undecided", f"40 samples of {short_of}, at least 100 are needed")


@pytest.mark.parametrize(
    ("headers", "given", "words"),
    [
        ({}, {}, "answered status 401: Unauthorized"),
        (login("rollout", "wrong"), {}, "answered status 401: Unauthorized"),
        (None, {"client_cert": None}, "certificate"),
        (None, {"ca_path": None}, "certificate verify failed"),
    ],
)
def test_a_prometheus_that_does_not_let_us_in_says_nothing_about_the_application(
    ask: Ask, headers: Any, given: dict[str, Any], words: str
) -> None:
    last = ask(QUEUE, given, headers, max=4)
    assert (last["verdict"], words in last["reason"]) == ("could_not_ask", True), last["reason"]
