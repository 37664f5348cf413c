# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Nagios decides, with what its checks found; `tests/lab/lab base monitoring` brings it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

from ._nagios import Nagios
from ._tree import login

Ask = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.xdist_group("nagios")
FOUND = {
    "quotes": (0, "HTTP OK: <1.1> & ready | time=0.004s"),
    "slow quotes": (1, "HTTP WARNING: 2.1 s"),
    "disk": (2, "DISK CRITICAL: 1% free"),
    "clock": (3, "NTP UNKNOWN: no answer"),
    "prices": (2, "PRICES CRITICAL: none in £"),
}


@pytest.fixture(scope="module")
def nagios(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nagios]:
    made = Nagios(tmp_path_factory.mktemp("nagios"), *FOUND, "before", "backup", "never checked")
    try:
        made.start()
        made.found({**FOUND, "before": (0, "OK before the release"), "backup": (0, "BACKUP OK")})
        made.found({"before": (0, "OK before the release")}, seconds_ago=100)
        yield made
    finally:
        made.stop()


@pytest.fixture
def ask(gate: Any, nagios: Nagios) -> Ask:
    def asked(service: str, headers: Any = None, host: str = "app1", **settings: Any) -> dict[str, Any]:
        own = {"url": nagios.url, "host": host, "service": service, **settings}
        target = {"name": "app1", "nagios": own, "headers": nagios.headers if headers is None else headers}
        result = gate(target, consecutive_successes=1)
        return {**result["targets"][0]["last"], "verdict": result["verdict"]}

    return asked


def test_a_service_that_is_ok_passes_with_what_the_check_said(ask: Ask) -> None:
    last = ask("quotes")
    assert last["verdict"] == "passed"
    assert (last["value"]["state"], last["value"]["said"]) == ("ok", "HTTP OK: <1.1> & ready")
    assert 0 <= last["value"]["age_seconds"] < 60


@pytest.mark.parametrize(
    ("service", "verdict", "reason"),
    [
        ("slow quotes", "failed", "slow quotes is warning: HTTP WARNING: 2.1 s"),
        ("disk", "failed", "disk is critical: DISK CRITICAL: 1% free"),
        ("clock", "could_not_ask", "clock on app1 is unknown: NTP UNKNOWN: no answer"),
        ("never checked", "undecided", "never checked on app1 has not been checked yet"),
    ],
)
def test_every_other_state_keeps_the_gate_shut(ask: Ask, service: str, verdict: str, reason: str) -> None:
    last = ask(service)
    assert (last["verdict"], last["reason"]) == (verdict, reason)


def test_the_first_bad_check_counts_although_nagios_would_check_again(ask: Ask, nagios: Nagios) -> None:
    told = nagios.service("disk")
    assert (told["current_attempt"], told["max_attempts"], told["state_type"]) == (1, 3, 0)
    assert ask("disk")["verdict"] == "failed"


def test_words_that_nagios_does_not_tell_are_missed(ask: Ask, nagios: Nagios) -> None:
    assert nagios.service("prices")["plugin_output"] == ""
    assert ask("prices")["reason"] == "prices is critical: (Nagios does not tell its words)"


@pytest.mark.parametrize(("service", "verdict"), [("slow quotes", "passed"), ("disk", "failed"), ("quotes", "passed")])
def test_a_warning_can_be_accepted_and_nothing_else(ask: Ask, service: str, verdict: str) -> None:
    assert ask(service, accept_warning=True)["verdict"] == verdict


def test_a_check_from_before_the_release_is_no_data(ask: Ask) -> None:
    last = ask("before", max_age_seconds=60.0)
    assert last["verdict"] == "undecided"
    assert last["reason"].startswith("the last check is 1")
    assert last["reason"].endswith(" s old, allowed: 60; it said ok")
    assert ask("before", max_age_seconds=600.0)["verdict"] == "passed"


def test_a_scheduled_downtime_changes_nothing(ask: Ask, nagios: Nagios) -> None:
    nagios.downtime("disk", "backup")
    assert (ask("disk")["verdict"], ask("backup")["verdict"]) == ("failed", "passed")


@pytest.mark.parametrize(
    ("host", "service", "words"),
    [
        ("app1", "qoutes", "Option Value Invalid: The service 'qoutes' on host 'app1' could not be found."),
        ("app9", "quotes", "Option Value Invalid: The service 'quotes' on host 'app9' could not be found."),
    ],
)
def test_what_nagios_does_not_know_could_not_be_asked(ask: Ask, host: str, service: str, words: str) -> None:
    last = ask(service, host=host)
    assert (last["verdict"], words in last["reason"]) == ("could_not_ask", True), last["reason"]


@pytest.mark.parametrize("headers", [{}, login("rollout", "wrong"), login("nobody", "secret")])
def test_a_nagios_that_does_not_let_us_in_says_nothing_about_the_application(ask: Ask, headers: dict[str, str]) -> None:
    last = ask("quotes", headers)
    assert last["verdict"] == "could_not_ask"
    assert "answered status 401: 401 Unauthorized" in last["reason"]


def test_an_address_without_the_cgi_says_nothing_about_the_application(ask: Ask, nagios: Nagios) -> None:
    last = ask("quotes", url=nagios.url.replace("statusjson", "status_json"))
    assert (last["verdict"], "answered status 404: 404 Not Found" in last["reason"]) == ("could_not_ask", True)


def test_a_nagios_that_was_killed_is_not_believed(gate: Any, tmp_path: Path) -> None:
    nagios = Nagios(tmp_path, "quotes")
    try:
        nagios.start()
        nagios.found({"quotes": (0, "HTTP OK")})
        nagios.room.kill("nagios")
        target = {
            "name": "app1",
            "headers": nagios.headers,
            "nagios": {"url": nagios.url, "host": "app1", "service": "quotes"},
        }
        assert gate(target, consecutive_successes=1)["verdict"] == "passed"
        hour_ago = time.time() - 3600
        os.utime(tmp_path / "status.dat", (hour_ago, hour_ago))
        later = gate(target, consecutive_successes=1)
        assert later["verdict"] == "could_not_ask"
        assert "has not written its status for 36" in later["msg"]
        (tmp_path / "status.dat").unlink()
        assert gate(target, consecutive_successes=1)["verdict"] == "could_not_ask"
    finally:
        nagios.stop()
