# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left on a server, told apart: requests will end, tunnels may not."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.sessions import Left, read_sessions, what_is_left

from .conftest import LB1

FIXTURES = Path(__file__).parents[4] / "fixtures/haproxy"
QUOTES, RAW, SHOP = (
    *(ServerKey("lb1", "quotes", "app1"), ServerKey("lb1", "raw", "app1"), ServerKey("lb1", "shop", "app1")),
)
TCP = ServerKey("lb1", "quotes_tcp", "app1")


def left(answer: str, *keys: ServerKey) -> list[Left]:
    return what_is_left(Estate([Client(LB1, lambda _endpoint, _line: answer)], []), keys)


def recorded(version: str, name: str) -> str:
    return (FIXTURES / version / f"{name}.txt").read_text(encoding="ascii")


def line(age: str = "2s", analysers: str = "8000h") -> str:
    return f"0x1: proto=tcpv4 be=quotes srv=app1 age={age} rq[f=0h,i=0,an={analysers},ax=] rp[f=0h,i=0,an=00h,ax=]"


@pytest.mark.parametrize(
    ("version", "requests", "tunnels"),
    [("2.6", 2, 2), ("3.0", 3, 1)],
    ids=[
        "2.6 passes an answer without length on like a WebSocket",
        "3.0 waits for the end of an answer without length",
    ],
)
def test_a_websocket_is_a_tunnel_and_a_slow_answer_is_a_request(version: str, requests: int, tunnels: int) -> None:
    in_mode_http, in_mode_tcp = left(recorded(version, "sessions"), QUOTES, TCP)
    assert in_mode_http == Left(QUOTES, requests, tunnels, 2)
    assert in_mode_tcp == Left(TCP, 0, 1, 2)


@pytest.mark.parametrize("version", ["2.6", "3.0"])
def test_filters_such_as_compression_make_no_request_of_a_tunnel(version: str) -> None:
    found = left(recorded(version, "sessions_through_filters"), SHOP, RAW)
    assert [(each.requests, each.tunnels) for each in found] == [(0, 1), (0, 1)]
    assert [
        each.requests for each in left(recorded(version, "sessions_through_filters"), SHOP._replace(server="app2"))
    ] == [1]


@pytest.mark.parametrize(
    ("age", "seconds"), [("0s", 0), ("59s", 59), ("5m12s", 312), ("1h", 3600), ("2h5m", 7500), ("1d2h", 93600)]
)
def test_an_age_is_read_as_haproxy_writes_it(age: str, seconds: int) -> None:
    assert next(read_sessions([line(age)])).age_seconds == seconds


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Left(QUOTES, 1, 2, 312), "2 tunnels (WebSocket or TCP) and 1 request, the oldest 312 s"),
        (Left(QUOTES, 0, 1, 7), "1 tunnel (WebSocket or TCP), the oldest 7 s"),
        (Left(QUOTES, 3, 0, 7), "3 requests, the oldest 7 s"),
        (Left(QUOTES, 0, 0, None), "ended since"),
        (Left(QUOTES), "HAProxy does not say which are requests and which tunnels"),
    ],
)
def test_what_is_left_is_said_in_words(found: Left, words: str) -> None:
    assert found.words() == words


@pytest.mark.parametrize(
    "answer",
    [
        "Permission denied\n\nuser\n\n",
        "",
        "0x1: proto=tcpv4 be=quotes srv=app1",
        *(f"{text}\n\nadmin\n\n" for text in (line(age="soon"), line(age="-1s"), line(analysers="?"), "be= srv=")),
    ],
)
def test_an_answer_that_is_none_counts_nothing_and_stops_nobody(answer: str) -> None:
    assert left(answer, QUOTES) == [Left(QUOTES)]


def test_an_endpoint_that_cannot_be_asked_counts_nothing_and_stops_nobody() -> None:
    def gone(_endpoint: object, _line: str) -> str:
        raise EndpointFailed("gone")

    assert what_is_left(Estate([Client(LB1, gone)], []), [QUOTES]) == [Left(QUOTES)]


@pytest.mark.parametrize("version", ["2.6", "3.0"])
def test_no_bytes_at_all_make_it_stumble(version: str) -> None:
    random = Random(version)
    whole = recorded(version, "sessions").encode()
    counted: set[Optional[int]] = set()
    for _answer in range(2000):
        raw = bytearray(whole)
        for _change in range(random.randint(1, 8)):
            at = random.randrange(len(raw))
            raw[at : at + random.randint(0, 40)] = random.randbytes(random.randint(0, 3))
        counted.add(left(raw.decode("utf-8", "replace"), QUOTES)[0].tunnels)
    assert None in counted
