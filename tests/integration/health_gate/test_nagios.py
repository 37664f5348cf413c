# SPDX-License-Identifier: GPL-3.0-or-later
"""What Nagios thinks of a service, and what it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

from ._provider import Provider

CGI = "/nagios4/cgi-bin/statusjson.cgi"


@pytest.fixture
def nagios() -> Iterator[Provider]:
    made = Provider("nagios")
    yield made
    made.stop()


def asked(gate: Any, nagios: Provider, service: str = "service", **settings: Any) -> dict[str, Any]:
    own = {"url": nagios.url + CGI, "host": "app1", "service": service, **settings}
    result = gate({"name": "app1", "nagios": own}, consecutive_successes=1)
    return {**result["targets"][0]["last"], "verdict": result["verdict"]}


def in_state(nagios: Provider, status: int) -> None:
    body = nagios.fixture("service")
    body["data"]["service"]["status"] = status
    nagios.answers["quotes"] = (200, body)


def test_a_service_that_is_ok_passes_with_what_the_check_said(gate: Any, nagios: Provider) -> None:
    last = asked(gate, nagios)
    assert last["verdict"] == "passed"
    assert last["value"] == {"state": "ok", "said": "HTTP: 200 in 0.004 s", "age_seconds": 30.0}
    path, words, _headers = nagios.requests[0]
    assert (path, words) == (CGI, {"query": "service", "hostname": "app1", "servicedescription": "service"})


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        (1, "undecided", "quotes on app1 has not been checked yet"),
        (4, "failed", "quotes is warning: HTTP: 200 in 0.004 s"),
        (8, "could_not_ask", "quotes on app1 is unknown: HTTP: 200 in 0.004 s"),
        (16, "failed", "quotes is critical: HTTP: 200 in 0.004 s"),
    ],
)
def test_every_other_state_keeps_the_gate_shut(
    gate: Any, nagios: Provider, status: int, verdict: str, reason: str
) -> None:
    in_state(nagios, status)
    last = asked(gate, nagios, "quotes")
    assert (last["verdict"], last["reason"]) == (verdict, reason)


@pytest.mark.parametrize(("status", "verdict"), [(4, "passed"), (16, "failed")])
def test_a_warning_can_be_accepted_and_nothing_else(gate: Any, nagios: Provider, status: int, verdict: str) -> None:
    in_state(nagios, status)
    assert asked(gate, nagios, "quotes", accept_warning=True)["verdict"] == verdict


def test_a_check_from_before_is_no_data(gate: Any, nagios: Provider) -> None:
    last = asked(gate, nagios, max_age_seconds=10.0)
    assert (last["verdict"], last["reason"]) == ("undecided", "the last check is 30 s old, allowed: 10; it said ok")
    assert asked(gate, nagios, max_age_seconds=31.0)["verdict"] == "passed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "Option Value Invalid: The service 'quotess' for host 'app1' could not be found."),
        ((401, "Authorization Required"), "answered status 401: Authorization Required"),
        ((200, "<html>"), "not JSON"),
        ((200, "{}"), "an answer that cannot be read"),
        ((200, {"result": {"type_code": 0}, "data": {"service": {"status": 3}}}), "an answer that cannot be read"),
    ],
)
def test_a_nagios_in_trouble_says_nothing_about_the_application(
    gate: Any, nagios: Provider, answer: Any, words: str
) -> None:
    nagios.answers.update({"unknown_service": answer} if answer else {})
    last = asked(gate, nagios, "unknown_service")
    assert last["verdict"] == "could_not_ask"
    assert words in last["reason"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": "nagios"}, "Write http:// or https://"),
        ({"url": "http://me:secret@nagios/"}, "Use headers instead"),
        ({"url": "http://nagios/?query=host"}, "End it with /cgi-bin/statusjson.cgi"),
        ({"max_age_seconds": 0.0}, "max_age_seconds 0"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(
    gate: Any, nagios: Provider, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        asked(gate, nagios, **settings)
    assert nagios.requests == []
