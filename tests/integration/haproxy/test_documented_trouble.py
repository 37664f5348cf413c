# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said when a load balancer is in trouble, word by word as docs/haproxy_trouble.md has it, on real HAProxys."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import OFFLINE, ONLINE
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_trouble import busy_member

GUIDE = (Path(__file__).parents[3] / "docs/haproxy_trouble.md").read_text(encoding="utf-8")
NOBODY = 65534
CLOSED = "closed the connection without a word. It was asked: show servers state quotes."


def documented(case: str) -> list[str]:
    """The messages that the guide shows under the case's heading."""
    match = re.search(rf"^## {re.escape(case)}\n(.*?)(?=^## |\Z)", GUIDE, re.IGNORECASE | re.MULTILINE | re.DOTALL)
    assert match, f"docs/haproxy_trouble.md has no heading {case!r}"

    return re.findall(r"^    (.+)$", match[1], re.MULTILINE)


def as_documented(pair: Pair, error: RolloutError) -> str:
    """The message with the example's places and numbers instead of this run's."""
    text = str(error).replace(str(pair.lb1.home), "/run/haproxy").replace(f"127.0.0.1:{pair.lb2.door}", "lb2:9999")
    text = re.sub(r"pid \d+ -> \d+", "pid 100 -> 200", text)
    text = re.sub(r"after \d+\.\d s", "after 1.0 s", text)
    return re.sub(r"_ssl\.c:\d+: ", "", text)


def failure_of(call: Callable[[], object]) -> RolloutError:
    with pytest.raises(RolloutError) as caught:
        call()
    return caught.value


def assert_documented(pair: Pair, case: str, error: RolloutError) -> None:
    assert as_documented(pair, error) in documented(case)


@contextmanager
def without_permission(socket: Path) -> Iterator[None]:
    """Root may do everything, so it becomes somebody else for a moment."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        socket.chmod(0)
        yield


def leave(pair: Pair, module: str, *members: str, **others: Any) -> dict[str, Any]:
    """Out of the online pool when idle, as either module does it."""
    if module == "haproxy_server":
        return pair.set(*members, **others)
    return pair.place("offline", *members, maintenance_pool=None, **others)


both = pytest.mark.parametrize("module", ["haproxy_pool", "haproxy_server"])


@both
@pytest.mark.parametrize("frozen", ["lb1", "lb2"])
def test_a_frozen_load_balancer_fails_the_step_in_time(haproxy_pair: Pair, frozen: str, module: str) -> None:
    before = haproxy_pair.standings()
    haproxy_pair.connection.update(connect_timeout_seconds=1.0, read_timeout_seconds=1.0)
    balancer = {"lb1": haproxy_pair.lb1, "lb2": haproxy_pair.lb2}[frozen]
    balancer.freeze()
    began = time.monotonic()
    error = failure_of(lambda: leave(haproxy_pair, module))
    elapsed = time.monotonic() - began
    balancer.thaw()
    assert_documented(haproxy_pair, "a frozen load balancer", error)
    assert error.failure()["endpoint"] == frozen
    assert elapsed < 30
    assert not error.result["changed"]
    assert haproxy_pair.standings() == before


@both
def test_a_load_balancer_that_freezes_during_the_drain_is_named_and_the_other_put_back(
    haproxy_pair: Pair, module: str
) -> None:
    slow, member = busy_member(haproxy_pair)
    haproxy_pair.connection.update(read_timeout_seconds=1.0)
    leaving = in_background(lambda: leave(haproxy_pair, module, member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb1.freeze()
    error = failure_of(leaving)
    said = as_documented(haproxy_pair, error).replace(member, "app1")
    assert said in documented("a load balancer that freezes in the middle of a drain")
    assert haproxy_pair.lb2.standing(member) == ONLINE[1]
    assert error.result["put_back"] == [f"lb2: quotes/{member} is ready again"]
    assert error.result["not_put_back"][0].startswith(f"lb1: quotes/{member} could not be put back")
    haproxy_pair.lb1.thaw()
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200
    haproxy_pair.place("offline", member)
    assert haproxy_pair.standing(member) == OFFLINE


@both
def test_a_load_balancer_that_is_killed_during_the_drain_is_named_and_the_other_put_back(
    haproxy_pair: Pair, module: str
) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: leave(haproxy_pair, module, member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb2.kill()
    error = failure_of(leaving)
    said = as_documented(haproxy_pair, error).replace(member, "app1")
    said = re.sub(r"be asked: .*?[.)] Is HAProxy", "be asked: [Errno 111] Connection refused. Is HAProxy", said)
    said = re.sub(r"(closed|broke off) .*?NOT put back", f"{CLOSED} NOT put back", said)
    assert said in documented("a load balancer that is killed in the middle of a drain")
    assert haproxy_pair.lb1.standing(member) == ONLINE[0]
    assert error.result["put_back"] == [f"lb1: quotes/{member} is ready again"]
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


@both
def test_a_socket_that_this_user_may_not_open(haproxy_pair: Pair, module: str) -> None:
    haproxy_pair.connection["endpoints"] = haproxy_pair.connection["endpoints"][:1]
    with without_permission(haproxy_pair.lb1.home / "admin.sock"):
        error = failure_of(lambda: leave(haproxy_pair, module))
    assert_documented(haproxy_pair, "a socket that this user may not open", error)
    assert haproxy_pair.standing() == ONLINE


@both
def test_a_socket_that_is_not_there(haproxy_pair: Pair, module: str) -> None:
    haproxy_pair.connection["endpoints"] = [{"name": "lb1", "url": f"unix://{haproxy_pair.lb1.home}/gone.sock"}]
    assert_documented(haproxy_pair, "a socket that is not there", failure_of(lambda: leave(haproxy_pair, module)))


@both
def test_a_socket_that_may_only_ask(haproxy_pair: Pair, module: str) -> None:
    haproxy_pair.connection["endpoints"][0]["url"] = f"unix://{haproxy_pair.lb1.home}/operator.sock"
    assert_documented(haproxy_pair, "a socket that may only ask", failure_of(lambda: leave(haproxy_pair, module)))
    assert haproxy_pair.standing() == ONLINE


@both
def test_a_load_balancer_that_is_gone(haproxy_pair: Pair, module: str) -> None:
    haproxy_pair.lb2.kill()
    assert_documented(haproxy_pair, "a load balancer that is gone", failure_of(lambda: leave(haproxy_pair, module)))
    assert haproxy_pair.lb1.standing("app1") == ONLINE[0]


def test_names_that_are_not_there(haproxy_pair: Pair) -> None:
    error = failure_of(lambda: haproxy_pair.place("offline", "app9"))
    assert_documented(haproxy_pair, "a server that is not there", error)
    error = failure_of(lambda: haproxy_pair.place("offline", online_pool="qoutes"))
    assert_documented(haproxy_pair, "a pool that is not there", error)
    error = failure_of(lambda: haproxy_pair.set("app9"))
    assert_documented(haproxy_pair, "a server that is not there", error)
    error = failure_of(lambda: haproxy_pair.set(backends=["qoutes"]))
    assert_documented(haproxy_pair, "a pool that is not there", error)
    assert haproxy_pair.standing() == ONLINE


@pytest.mark.parametrize(
    "smuggled", ["app1 state ready;disable server quotes/app2", "app1\ndisable server quotes/app2", "app 1", "app1\\"]
)
def test_a_name_that_carries_a_command_is_never_sent(haproxy_pair: Pair, smuggled: str) -> None:
    before = haproxy_pair.standings()
    for error in (
        failure_of(lambda: haproxy_pair.place("offline", "app1", smuggled)),
        failure_of(lambda: haproxy_pair.place("offline", online_pool=smuggled)),
        failure_of(lambda: haproxy_pair.place("offline", maintenance_pool=smuggled)),
        failure_of(lambda: haproxy_pair.info(pools=[smuggled])),
        failure_of(lambda: haproxy_pair.set("app1", smuggled)),
        failure_of(lambda: haproxy_pair.set(backends=["quotes", smuggled])),
    ):
        assert_documented(haproxy_pair, "a name that carries a command", error)
        assert error.failure()["code"] == "bad_input"
    assert haproxy_pair.standings() == before


@both
def test_a_reload_in_the_middle_of_a_drain(haproxy_pair: Pair, module: str) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: leave(haproxy_pair, module, member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb1.reload(keep_state=True)
    error = failure_of(leaving)
    said = as_documented(haproxy_pair, error).replace(member, "app1")
    assert said in documented("a reload in the middle of a drain")
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


@both
def test_a_reload_between_drain_and_switch(haproxy_pair: Pair, module: str) -> None:
    left = leave(haproxy_pair, module)
    haproxy_pair.lb1.reload(keep_state=False)
    error = failure_of(lambda: leave(haproxy_pair, module, verify=True, since=left, on_restart="warn"))
    assert_documented(haproxy_pair, "a reload between drain and switch", error)
    assert haproxy_pair.lb1.standing("app1") == ONLINE[0]
