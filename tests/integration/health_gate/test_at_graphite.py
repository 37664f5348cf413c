# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Graphite decides, with numbers that were sent to carbon; `tests/lab/lab base monitoring` brings it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

from ._graphite import Graphite

Ask = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.xdist_group("graphite")


@pytest.fixture(scope="module")
def graphite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graphite]:
    made = Graphite(tmp_path_factory.mktemp("graphite"))
    try:
        made.start()
        made.send(
            {
                "app1.errors": {60: 1, 40: 7, 20: 4},
                "app2.errors": {60: 2, 40: 2, 20: 2},
                "app1.latency": {20: 0.5},
                "app2.latency": {20: 0.25},
            }
        )
        yield made
    finally:
        made.stop()


@pytest.fixture
def ask(gate: Any, graphite: Graphite) -> Ask:
    def asked(query: str, **metric: Any) -> dict[str, Any]:
        settings = {"graphite_url": graphite.url, "query": query, **metric}
        result = gate({"name": "app1", "metric": settings}, consecutive_successes=1)
        return {**result["targets"][0]["last"], "verdict": result["verdict"], "msg": result.get("msg", "")}

    return asked


@pytest.mark.parametrize(
    ("query", "limits", "verdict"),
    [
        ("quotes.app1.errors", {"min": 4, "max": 4}, "passed"),
        ("quotes.app1.errors", {"max": 3}, "failed"),
        ("quotes.app1.errors", {"min": 4, "max": 4, "reduce": "mean"}, "passed"),
        ("quotes.app1.errors", {"max": 6, "reduce": "max"}, "failed"),
        ("quotes.app1.errors", {"min": 2, "reduce": "min"}, "failed"),
        ("quotes.*.errors", {"min": 3, "max": 3, "reduce": "mean"}, "passed"),
        ("sumSeries(quotes.*.errors)", {"min": 6, "max": 6}, "passed"),
        ("offset(scale(quotes.app1.errors,10),0.5)", {"min": 40.5, "max": 40.5}, "passed"),
    ],
)
def test_a_number_that_was_sent_to_carbon_is_held_against_its_limits(
    ask: Ask, query: str, limits: dict[str, Any], verdict: str
) -> None:
    assert ask(query, **limits)["verdict"] == verdict


def test_the_message_names_the_number_and_its_limit(ask: Ask) -> None:
    last = ask("quotes.app1.errors", max=3)
    assert last["value"] == {"value": 4.0, "value_samples": 3.0}
    assert "quotes.app1.errors is 4, expected at most 3" in last["msg"]


def test_seconds_without_a_number_are_no_samples(ask: Ask, graphite: Graphite) -> None:
    assert graphite.ask("quotes.app1.errors").count("null") > 200
    last = ask("quotes.app1.errors", max=10, min_samples=4)
    assert (last["verdict"], last["reason"]) == (
        "undecided",
        "3 samples of quotes.app1.errors, at least 4 are needed",
    )


@pytest.mark.parametrize(
    ("query", "since"),
    [
        ("quotes.app9.errors", "-5min"),
        ("sumSeries(quotes.app9.*)", "-5min"),
        ("quotes.app1.errors", "-5s"),
        ("divideSeries(quotes.app1.errors,quotes.app9.errors)", "-5min"),
        ("divideSeries(quotes.app1.errors,scale(quotes.app2.errors,0))", "-5min"),
    ],
)
def test_what_nobody_sent_is_no_data(ask: Ask, query: str, since: str) -> None:
    last = ask(query, max=10, **{"from": since})
    assert (last["verdict"], last["reason"]) == ("undecided", f"0 samples of {query}, at least 1 are needed")


@pytest.mark.parametrize(
    ("query", "since", "words"),
    [
        (
            "sumSerie(quotes.app1.errors)",
            "-5min",
            "status 400: Invalid parameters (Received request for unknown function",
        ),
        ("quotes.app1.errors", "yesterdayish", "status 400: Invalid parameters (Unknown day reference: yesterdayish"),
        ("scale(quotes.app1.errors)", "-5min", "TypeError: scale() missing 1 required positional argument: 'factor'"),
        ('scale(quotes.app1.errors,"ten")', "-5min", "ValueError: could not convert string to float: 'ten'"),
        ('seriesByTag("name=quotes")', "-5min", "OperationalError: no such table: tags_series"),
        ("quotes.*.errors", "-5min", "has 2 series for quotes.*.errors"),
    ],
)
def test_a_target_that_graphite_cannot_work_out_is_told_in_its_own_words(
    ask: Ask, query: str, since: str, words: str
) -> None:
    last = ask(query, max=10, **{"from": since})
    assert (last["verdict"], words in last["reason"]) == ("could_not_ask", True), last["reason"]


def test_a_target_that_graphite_would_work_out_in_part_is_not_asked(ask: Ask, graphite: Graphite) -> None:
    assert '"target": "quotes.app1.errors"' in graphite.ask("quotes.app1.errors) + 1000")
    for query in ("quotes.app1.errors) + 1000", "sumSeries(quotes.app1.errors"):
        with pytest.raises(BadInput, match="not every parenthesis is closed"):
            ask(query, max=10)


@pytest.mark.parametrize(("ratio", "verdict"), [(2.0, "passed"), (1.5, "failed")])
def test_a_canary_is_held_against_the_members_that_run_what_ran_before(ask: Ask, ratio: float, verdict: str) -> None:
    last = ask("quotes.app1.latency", control_query="quotes.app2.latency", max_ratio=ratio)
    assert last["verdict"] == verdict
    if verdict == "failed":
        assert "quotes.app1.latency is 0.5, more than 1.5 times its control's 0.25" in last["msg"]


def test_a_canary_without_customers_decides_nothing(ask: Ask) -> None:
    counts = {"samples_query": "quotes.app1.errors", "control_samples_query": "quotes.app2.errors", "min_samples": 10}
    last = ask("quotes.app1.latency", control_query="quotes.app2.latency", max_ratio=2.0, **counts)
    assert last["verdict"] == "undecided"
    assert last["reason"] == "6 samples of quotes.app2.latency, at least 10 are needed"
