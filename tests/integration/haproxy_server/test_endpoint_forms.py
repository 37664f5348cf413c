# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to an HAProxy: through its master, past a passive one that is down, and past one that is stuck."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy import pool
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.haproxy_server.conftest import Estate

READY, MAINT = ["2/0"] * 2, ["0/1"] * 2


class Master:
    """A master that starts workers from lb1's configuration. It executes itself anew, so it needs a name that can be run."""

    def __init__(self, lb: HAProxy, home: Path) -> None:
        loader, *arguments = lb.command
        run = home / "haproxy"
        rest = " ".join(arguments)
        first = f'{loader} --argv0 "$0" {rest}' if arguments else loader
        run.write_text(f'#!/bin/sh\nexec {first} "$@"\n', encoding="ascii")
        run.chmod(0o700)
        self.url = f"master+unix://{home}/master.sock"
        command = [str(run), "-W", "-S", f"{home}/master.sock", "-db", "-f", str(lb.home / "haproxy.cfg")]
        with (home / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def reload(self) -> None:
        self._process.send_signal(signal.SIGUSR2)

    def end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def master(estate: Estate, tmp_path: Path) -> Iterator[Master]:
    estate.lb1.kill()
    home = tmp_path / "master"
    home.mkdir()
    made = Master(estate.lb1, home)
    estate.endpoints[0]["url"] = made.url
    try:
        until(lambda: estate.lb1.try_to_ask("show info"), "the worker answers")
        until(estate.lb1.all_checked, "the worker has checked its servers")
        yield made
    finally:
        made.end()


def test_a_master_passes_on_to_its_current_worker_also_after_a_reload(estate: Estate, master: Master) -> None:
    first = estate.set(state="maint", weight="50%")["endpoints"][0]["process"]["pid"]
    assert estate.state() == MAINT
    with pytest.raises(EndpointFailed, match="static LB algorithm"):
        estate.set(backends=["static"], weight="5")
    master.reload()
    until(lambda: f"Pid: {first}\n" not in (estate.lb1.try_to_ask("show info") or f"Pid: {first}\n"), "a new worker")
    until(estate.lb1.all_checked, "it has checked its servers")
    assert "lb1: quotes/app1 state: ready -> maintenance" in estate.set(state="maint")["changes"]
    assert estate.state() == MAINT


def test_a_passive_endpoint_may_be_down_and_is_named(estate: Estate) -> None:
    estate.lb2.kill()
    with pytest.raises(EndpointFailed, match="lb2"):
        estate.set(state="maint")
    estate.endpoints[1]["may_be_down"] = True
    result = estate.set(state="maint")
    assert result["skipped_endpoints"] == ["lb2"]
    assert result["warnings"][0].startswith("lb2 was left out, it may be down: HAProxy lb2 (unix://")
    assert [endpoint["name"] for endpoint in result["endpoints"]] == ["lb1"]
    assert estate.info(pools=["quotes"])["skipped_endpoints"] == ["lb2"]
    placed = pool.run(placement(estate, "online"), False, REAL_CLOCK)
    assert placed["skipped_endpoints"] == ["lb2"]
    assert estate.lb1.settings("app1")["srv_admin_state"] == "0"
    estate.endpoints[0]["may_be_down"] = True
    with pytest.raises(BadInput, match="every endpoint has may_be_down"):
        estate.set(state="maint")


def test_an_endpoint_that_may_be_down_and_is_not_has_to_hold_like_the_others(estate: Estate) -> None:
    estate.endpoints[1]["may_be_down"] = True
    estate.set(state="maint")
    assert estate.state() == MAINT
    estate.endpoints[1]["url"] = f"unix://{estate.lb2.home}/operator.sock"
    with pytest.raises(EndpointFailed, match="its level is operator"):
        estate.set(state="ready")


def test_a_stuck_endpoint_never_hangs_the_task(estate: Estate) -> None:
    pid = int(estate.lb2.ask("show info").partition("Pid: ")[2].split()[0])
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with pytest.raises(EndpointFailed, match=r"lb2 .*no complete answer within 1.0 seconds|lb2 .*timed out"):
            estate.set(state="maint", read_timeout_seconds=1.0, connect_timeout_seconds=1.0)
        assert time.monotonic() - begun < 30
        assert estate.lb1.settings("app1")["srv_admin_state"] == "0"
        estate.endpoints[1]["may_be_down"] = True
        result = estate.set(state="maint", read_timeout_seconds=1.0, connect_timeout_seconds=1.0)
        assert result["skipped_endpoints"] == ["lb2"]
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_socket_that_is_not_there_says_where_it_was_looked_for(estate: Estate) -> None:
    estate.endpoints[0]["url"] = "unix:///nowhere/admin.sock"
    with pytest.raises(
        EndpointFailed, match=r"lb1 \(unix:///nowhere/admin.sock\) .*No such file.* may this user write"
    ):
        estate.set(state="maint")


def test_action_and_module_foretell_act_and_find_nothing_more_to_do_alike(estate: Estate) -> None:
    options = estate.options(state="maint", weight="50%", wait_for="drained")
    foretold = task("haproxy_server", options, "--check", "--diff")
    assert estate.state() == READY
    done = task("haproxy_server", {**options, "reach_from": "target"})
    assert done["verdict"] == "CHANGED", done
    assert estate.state() == MAINT
    assert foretold["changes"] == done["changes"] != []
    again = task("haproxy_server", options)
    assert again["verdict"] == "SUCCESS", again
    assert set(done) == set(again)


def placement(estate: Estate, place: str) -> dict[str, Any]:
    return {
        **estate.options(),
        "online_pool": "quotes",
        "members": ["app1"],
        "placement": place,
        "drain_timeout_seconds": 20.0,
        "on_drain_timeout": "restore",
        "rejoin_timeout_seconds": 20.0,
    }
