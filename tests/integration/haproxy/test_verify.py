# SPDX-License-Identifier: GPL-3.0-or-later
"""Between drain and switch: does the member still stand where it was put, on the same processes? Asked, and nothing changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import MAINTENANCE
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

PLAY = """
- hosts: app1
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: hybrid.rollout.leave_pool}
    - ansible.builtin.copy: {content: "", dest: "{{ home }}/left"}
    - ansible.builtin.wait_for: {path: "{{ home }}/others_have_drained"}
    - ansible.builtin.import_role: {name: hybrid.rollout.leave_pool, tasks_from: verify}
    - ansible.builtin.copy: {content: "1.1", dest: "{{ home }}/current"}
"""


def verify(pair: Pair, since: Any = None, on_restart: str = "fail", placement: str = "maintenance") -> dict[str, Any]:
    return pair.place(placement, verify=True, since=since, on_restart=on_restart)


def test_a_placement_that_holds_opens_the_way_and_nothing_is_changed(haproxy_pair: Pair) -> None:
    placed = haproxy_pair.place("maintenance")
    result = verify(haproxy_pair, placed)
    assert (result["changed"], result["moves"], result["warnings"]) == (False, [], [])
    assert set(result) == set(placed)
    assert haproxy_pair.standing() == MAINTENANCE


def test_a_member_that_was_never_placed_is_told_and_not_moved(haproxy_pair: Pair) -> None:
    before = haproxy_pair.standings()
    with pytest.raises(
        EndpointFailed, match="the placement maintenance does not hold: lb1: quotes/app1 says UP"
    ) as caught:
        verify(haproxy_pair)
    assert not caught.value.result["changed"]
    assert len(caught.value.result["moves"]) == 4
    assert haproxy_pair.standings() == before


def test_a_reload_that_forgets_the_placement_is_noticed(haproxy_pair: Pair) -> None:
    placed = haproxy_pair.place("maintenance")
    haproxy_pair.lb2.reload(keep_state=False)
    for on_restart in ("fail", "warn"):
        with pytest.raises(
            EndpointFailed, match=r"lb2: quotes/app1 says UP.*HAProxy lb2 was restarted meanwhile \(pid"
        ):
            verify(haproxy_pair, placed, on_restart)


def test_a_reload_that_keeps_the_placement_is_another_process_all_the_same(haproxy_pair: Pair) -> None:
    placed = haproxy_pair.place("maintenance")
    haproxy_pair.lb1.reload(keep_state=True)
    with pytest.raises(EndpointFailed, match=r"lb1 was restarted meanwhile \(pid \d+ -> \d+\).*What was set holds"):
        verify(haproxy_pair, placed)
    assert "lb1 was restarted meanwhile" in verify(haproxy_pair, placed, "warn")["warnings"][0]
    assert verify(haproxy_pair)["warnings"] == []


def test_an_endpoint_that_took_no_part_then_is_not_taken_on_trust(haproxy_pair: Pair) -> None:
    placed = haproxy_pair.place("maintenance")
    placed["endpoints"] = placed["endpoints"][:1]
    with pytest.raises(EndpointFailed, match="HAProxy lb2 took no part then"):
        verify(haproxy_pair, placed)


def test_a_member_that_customers_use_again_is_told(haproxy_pair: Pair) -> None:
    haproxy_pair.place("offline", "app2", "app3", min_active="0")
    slow = SlowRequest(haproxy_pair.lb1.online)
    until(haproxy_pair.apps["app1"].slow_arrived.is_set, "the slow request arrives")
    for lb in (haproxy_pair.lb1, haproxy_pair.lb2):
        lb.ask("set server quotes/app1 state maint;set server quotes_maintenance/app1 state ready")
    with pytest.raises(EndpointFailed, match="lb1: quotes/app1 has 1 sessions and 0 queued requests again"):
        verify(haproxy_pair)
    haproxy_pair.apps["app1"].hurry.set()
    assert slow.result() == 200


def test_a_member_that_is_online_and_down_does_not_hold(haproxy_pair: Pair) -> None:
    assert verify(haproxy_pair, placement="online")["moves"] == []
    haproxy_pair.apps["app1"].healthy = False
    until(lambda: all("quotes:0/0" in text for text in haproxy_pair.standing()), "app1 is seen to be down")
    with pytest.raises(EndpointFailed, match="lb1: quotes/app1 does not serve: it says DOWN"):
        verify(haproxy_pair, placement="online")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"verify": True, "since": {"changed": True}, "on_restart": "fail"}, "since has no endpoints"),
        ({"verify": False, "since": {"changed": True}}, "nothing is compared without verify"),
    ],
)
def test_what_cannot_be_compared_is_refused(haproxy_pair: Pair, options: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        haproxy_pair.place("maintenance", **options)


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_verifies_from_both_places(haproxy_pair: Pair, reach_from: str) -> None:
    pool = {**haproxy_pair.options("offline"), "reach_from": reach_from}
    server = {**haproxy_pair.connection, "servers": ["app1"], "backends": ["quotes"], "state": "maint"}
    server.update({"wait_for": "drained", "reach_from": reach_from})
    placed, set_so = task("haproxy_pool", pool), task("haproxy_server", server)
    asked = [("haproxy_pool", {**pool, "since": placed}), ("haproxy_server", {**server, "since": set_so})]
    for module, options in asked:
        held = task(module, {**options, "verify": True})
        assert (held["verdict"], held["changed"]) == ("SUCCESS", False), held
    haproxy_pair.lb1.reload(keep_state=False)
    for module, options in asked:
        lost = task(module, {**options, "verify": True})
        assert (lost["verdict"], lost["changed"]) == ("FAILED!", False), lost
        assert "does not hold" in lost["msg"]
        assert "HAProxy lb1 was restarted meanwhile" in lost["msg"]


@pytest.mark.parametrize("forgets", [True, False])
def test_the_role_stops_before_the_switch_if_a_reload_let_customers_in_again(
    haproxy_pair: Pair, tmp_path: Path, forgets: bool
) -> None:
    connection = {f"rollout_{key}": value for key, value in haproxy_pair.connection.items()}
    extra = {**connection, "rollout_service": "quotes", "rollout_min_active": "1", "home": str(tmp_path)}
    play = tmp_path / "play.yml"
    play.write_text(PLAY, encoding="utf-8")
    command = ["ansible-playbook", "-i", "app1,", "-c", "local", str(play), "-e", json.dumps(extra)]
    command += ["-e", f"ansible_python_interpreter={sys.executable}"]
    running = in_background(lambda: subprocess.run(command, check=False, capture_output=True, text=True, timeout=120))
    until((tmp_path / "left").exists, "the member has left")
    assert haproxy_pair.standing() == MAINTENANCE
    haproxy_pair.lb1.reload(keep_state=not forgets)
    (tmp_path / "others_have_drained").touch()
    played = running()
    assert (played.returncode != 0) is forgets, played.stdout
    assert (tmp_path / "current").exists() is not forgets
    assert "HAProxy lb1 was restarted meanwhile" in " ".join((played.stdout + played.stderr).split())
