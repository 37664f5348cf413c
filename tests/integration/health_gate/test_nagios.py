# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running Nagios cannot be made to say; test_at_nagios asks a real one."""

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


def asked(gate: Any, nagios: Provider, service: str = "ok", **settings: Any) -> dict[str, Any]:
    own = {"url": nagios.url + CGI, "host": "app1", "service": service, **settings}
    result = gate({"name": "app1", "nagios": own}, consecutive_successes=1)
    return {**result["targets"][0]["last"], "verdict": result["verdict"]}


def test_nagios_is_asked_as_it_documents_it(gate: Any, nagios: Provider) -> None:
    asked(gate, nagios)
    path, words, _headers = nagios.requests[0]
    assert (path, words) == (CGI, {"query": "service", "hostname": "app1", "servicedescription": "ok"})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, "the CGI was killed"), "answered status 500: the CGI was killed"),
        ((200, "<html>"), "not JSON"),
        ((200, "{}"), "an answer that cannot be read"),
        ((200, {"result": {"type_code": 0}, "data": {"service": {"status": 3}}}), "an answer that cannot be read"),
    ],
)
def test_a_nagios_in_trouble_says_nothing_about_the_application(
    gate: Any, nagios: Provider, answer: Any, words: str
) -> None:
    nagios.answers["sick"] = answer
    last = asked(gate, nagios, "sick")
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
