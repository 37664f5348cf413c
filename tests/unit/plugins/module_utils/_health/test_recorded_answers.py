# SPDX-License-Identifier: GPL-3.0-or-later
"""What monitoring systems answered once, recorded by tests/tools/record_monitoring, read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._health import nagios, series
from ansible_collections.hybrid.rollout.plugins.module_utils._health.provider import excerpt

FIXTURES = Path(__file__).parents[4] / "fixtures/monitoring"
READERS: dict[str, Callable[[Any], series.Series]] = {"prometheus": series.prometheus, "graphite": series.graphite}
HOUR = 3600_000


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("prometheus/number", [[4]]),
        ("prometheus/two_series", [[4], [8]]),
        ("prometheus/scalar", [[12]]),
        ("prometheus/zero", [[0]]),
        ("prometheus/infinite", [[float("inf")]]),
        ("prometheus/not_a_number", [[]]),
        ("prometheus/nothing", []),
        ("graphite/with_holes", [[1, 7, 4]]),
        ("graphite/two_series", [[1, 7, 4], []]),
        ("graphite/only_holes", [[]]),
        ("graphite/unknown_metric", []),
    ],
)
def test_an_answer_holds_these_numbers(name: str, numbers: series.Series) -> None:
    assert READERS[name.partition("/")[0]](recorded(name)) == numbers


def test_a_range_holds_all_of_its_numbers() -> None:
    assert set(series.prometheus(recorded("prometheus/range"))[0]) == {4.0}
    assert len(series.prometheus(recorded("prometheus/range"))[0]) > 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("parse_error", "bad_data: .*unclosed left parenthesis"),
        ("cannot_be_matched", "execution: .*many-to-many matching not allowed"),
        ("string", "a result of type string"),
    ],
)
def test_an_answer_without_numbers_is_told_in_its_own_words(name: str, words: str) -> None:
    with pytest.raises(series.Unreadable, match=words):
        series.prometheus(recorded(f"prometheus/{name}"))


def test_of_a_web_page_the_words_are_told_and_the_end_of_its_traceback() -> None:
    page = (FIXTURES / "graphite/missing_argument.txt").read_text(encoding="utf-8")
    told = excerpt(page)
    assert told.startswith("Graphite encountered an unexpected error while handling your request.")
    assert told.endswith("TypeError: scale() missing 1 required positional argument: 'factor'")
    assert len(told) < 320


def settings(name: str) -> nagios.Settings:
    given = {"url": "http://nagios/statusjson.cgi", "host": "app1", "service": name}
    return nagios.read("app1", given)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ok", None),
        ("warning", "warning is warning: HTTP WARNING: 2.1 s"),
        ("critical", "critical is critical: HTTP CRITICAL: refused"),
        ("in_downtime", "in_downtime is critical: HTTP CRITICAL: refused"),
        ("without_words", "without_words is critical: (Nagios does not tell its words)"),
        ("unknown", "unknown on app1 is unknown: HTTP UNKNOWN: no such name"),
        ("never_checked", "never_checked on app1 has not been checked yet"),
        (
            "no_such_host",
            "Nagios http://nagios/statusjson.cgi answered Option Value Invalid: The service 'ok' on host 'app9' could not be found.",
        ),
    ],
)
def test_nagios_says_this_of_a_service(name: str, reason: str) -> None:
    assert nagios.judged(settings(name), recorded(f"nagios/{name}")).reason == reason


@pytest.mark.parametrize("name", ["ok", "critical", "never_checked"])
def test_a_nagios_that_has_written_nothing_for_an_hour_does_not_run(name: str) -> None:
    answer = recorded(f"nagios/{name}")
    answer["result"]["query_time"] += HOUR
    told = nagios.judged(settings(name), answer)
    assert (told.could_not_ask, "so it does not run" in str(told.reason)) == (True, True)


@pytest.mark.parametrize(
    ("target", "whole"),
    [
        ("a.b", True),
        ("sumSeries(a.*)", True),
        ("aliasSub(a,'(b','\\1')", True),
        ('aliasSub(a,"b)","")', True),
        ("sumSeries(a.*", False),
        ("a.b)", False),
        (")(", False),
    ],
)
def test_a_target_is_whole_if_each_parenthesis_is_closed(target: str, whole: bool) -> None:
    assert series.is_whole(target) is whole
