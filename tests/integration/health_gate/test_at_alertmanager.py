# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Alertmanager decides, by the alerts that it was told of; `tests/lab/lab base alertmanager` brings it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

from ._alertmanager import Alertmanager

Ask = Callable[..., dict[str, Any]]
PAYMENTS = ['team="payments"']


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    made = Alertmanager(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def ask(gate: Any, alertmanager: Alertmanager) -> Ask:
    def asked(**settings: Any) -> dict[str, Any]:
        target = {"name": "quiet", "alertmanager": {"url": alertmanager.url, **settings}}
        result = gate(target, consecutive_successes=1)
        return {**result["targets"][0]["last"], "verdict": result["verdict"], "msg": result.get("msg", "")}

    return asked


def test_where_no_alert_fires_the_gate_opens(ask: Ask) -> None:
    assert ask()["verdict"] == "passed"


def test_an_alert_of_the_team_shuts_it_by_its_name_and_that_of_another_team_does_not(
    ask: Ask, alertmanager: Alertmanager
) -> None:
    alertmanager.fire("DiskFull", team="search")
    assert ask(matchers=PAYMENTS)["verdict"] == "passed"
    alertmanager.fire("SlowPayments", team="payments", member="app1")
    alertmanager.fire("SlowPayments", team="payments", member="app2")
    last = ask(matchers=PAYMENTS)
    assert last["verdict"] == "failed"
    assert last["value"] == {"firing": 2, "alerts": ["SlowPayments"]}
    assert "2 alerts fire: SlowPayments" in last["msg"]
    assert "3 alerts fire: DiskFull, SlowPayments" in ask()["msg"]


def test_all_matchers_have_to_match(ask: Ask, alertmanager: Alertmanager) -> None:
    alertmanager.fire("SlowPayments", team="payments", severity="info")
    assert ask(matchers=[*PAYMENTS, 'severity=~"critical|page"'])["verdict"] == "passed"
    assert ask(matchers=[*PAYMENTS, 'severity!="page"'])["verdict"] == "failed"


def test_an_alert_that_is_silenced_inhibited_or_over_wakes_nobody_and_opens(
    ask: Ask, alertmanager: Alertmanager
) -> None:
    alertmanager.fire("SlowPayments", team="payments", severity="page")
    assert ask(matchers=PAYMENTS)["verdict"] == "failed"
    alertmanager.fire("DataCentreDown", team="network")
    alertmanager.room.until(lambda: ask(matchers=PAYMENTS)["verdict"] == "passed", "SlowPayments is inhibited")
    alertmanager.resolve("DataCentreDown", team="network")
    alertmanager.room.until(lambda: ask(matchers=PAYMENTS)["verdict"] == "failed", "it is not inhibited any more")
    alertmanager.silence("SlowPayments")
    assert ask(matchers=PAYMENTS)["verdict"] == "passed"
    alertmanager.fire("NoPayments", team="payments")
    assert ask(matchers=PAYMENTS)["verdict"] == "failed"
    alertmanager.resolve("NoPayments", team="payments")
    assert ask(matchers=PAYMENTS)["verdict"] == "passed"


def test_quiet_counts_only_while_the_alert_that_always_fires_comes_through(
    ask: Ask, alertmanager: Alertmanager
) -> None:
    last = ask(watchdog="Watchdog")
    assert last["verdict"] == "undecided"
    assert "nobody tells Alertmanager of alerts" in last["msg"]
    alertmanager.fire("Watchdog")
    assert ask(watchdog="Watchdog")["verdict"] == "passed"
    alertmanager.silence("Watchdog")
    assert ask(watchdog="Watchdog")["verdict"] == "passed"


def test_a_matcher_that_alertmanager_does_not_understand_is_told_in_its_words(ask: Ask) -> None:
    last = ask(matchers=["team is payments"])
    assert last["verdict"] == "could_not_ask"
    assert "answered status 400" in last["msg"]
    assert "bad matcher format" in last["msg"]


def test_an_alertmanager_that_was_killed_says_nothing_about_the_application(
    ask: Ask, alertmanager: Alertmanager
) -> None:
    alertmanager.room.kill("alertmanager")
    assert ask()["verdict"] == "could_not_ask"
    assert ask(watchdog="Watchdog")["verdict"] == "could_not_ask"
