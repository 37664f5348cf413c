# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory is the drawing of the lab."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import topology
from ansible_collections.hybrid.rollout.tests.lab.machines.system import LabError

CHECKOUT = Path(__file__).resolve().parents[3]
SMALL: dict[str, Any] = {
    "vars": {"lab_bridge": "hrtest0", "lab_controller_address": "10.78.0.1/24"},
    "children": {
        "linux": {
            "vars": {"lab_suite": "bookworm"},
            "children": {
                "quotes": {"hosts": {"app1": {"ansible_host": "10.78.0.21"}, "app2": {"ansible_host": "10.78.0.22"}}},
                "load_balancers": {"hosts": {"lb1": {"ansible_host": "10.78.0.11", "lab_suite": "trixie"}}},
            },
        },
        "windows": {"hosts": {"win1": {"ansible_host": "10.78.0.31"}}},
        "canaries": {"hosts": {"app2": None}},
    },
}


def changed(path: list[str], value: Any) -> dict[str, Any]:
    drawing = copy.deepcopy(SMALL)
    node = drawing
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return drawing


def test_hosts_with_a_suite_are_the_machines_of_the_lab() -> None:
    assert [host.name for host in topology.topology(SMALL).hosts] == ["app1", "app2", "lb1"]


def test_a_host_has_its_groups_suite_unless_it_has_its_own() -> None:
    assert [host.suite for host in topology.topology(SMALL).hosts] == ["bookworm", "bookworm", "trixie"]


def test_a_host_in_a_second_group_keeps_what_the_first_said() -> None:
    app2 = topology.topology(SMALL).host("app2")
    assert (str(app2.address), app2.groups) == ("10.78.0.22", frozenset({"quotes", "canaries"}))


def test_names_on_this_machine_carry_the_bridge_so_that_two_labs_do_not_meet() -> None:
    lab = topology.topology(SMALL)
    assert lab.namespace(lab.host("lb1")) == "hrtest0-lb1"
    assert lab.link(lab.host("lb1")) == "hrtest0-11"


def test_link_names_fit_the_kernel_in_a_large_network() -> None:
    lab = topology.topology({**SMALL, "vars": {"lab_bridge": "ninechars", "lab_controller_address": "10.78.255.1/16"}})
    assert all(len(lab.link(host)) <= 15 for host in lab.hosts)


def test_the_checkouts_own_inventory_is_a_lab() -> None:
    lab = topology.read(CHECKOUT / "inventories" / "lab" / "hosts.yml")
    assert {"lb1", "lb2", "app1", "app2", "app3", "app4", "store"} == {host.name for host in lab.hosts}


@pytest.mark.parametrize(
    ("drawing", "complaint"),
    [
        (changed(["vars", "lab_bridge"], "a_long_bridge"), "lab_bridge 'a_long_bridge' is longer than 9"),
        (changed(["vars", "lab_controller_address"], "10.79.0.1/24"), "outside of lab_controller_address"),
        (changed(["vars", "lab_controller_address"], "10.78.0.1/14"), "wider than /16"),
        (changed(["vars", "lab_controller_address"], "10.78.0.21/24"), "app1 and the controller are both at"),
    ],
)
def test_a_drawing_that_cannot_be_built_is_refused(drawing: dict[str, Any], complaint: str) -> None:
    with pytest.raises(LabError, match=complaint):
        topology.topology(drawing)


def test_an_unknown_host_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LabError, match=r"No host 'app9' in the lab\. It has app1, app2, lb1\."):
        topology.topology(SMALL).host("app9")


@pytest.mark.parametrize("text", ["", "all: {hosts: {a: {}}}", "all: [", "all: {vars: {lab_controller_address: x}}"])
def test_a_file_that_is_no_inventory_of_a_lab_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "hosts.yml").write_text(text)
    with pytest.raises(LabError, match=r"hosts\.yml is not an inventory of a lab"):
        topology.read(tmp_path / "hosts.yml")


def test_the_state_lies_in_the_cache_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYBRID_ROLLOUT_CACHE", "/var/tmp/cache")
    assert topology.state() == Path("/var/tmp/cache/lab")


@pytest.mark.parametrize("cache", ["/tmp/a b", "/tmp/a,b", "/tmp/a:b"])
def test_a_cache_that_mount_would_misread_is_refused(monkeypatch: pytest.MonkeyPatch, cache: str) -> None:
    monkeypatch.setenv("HYBRID_ROLLOUT_CACHE", cache)
    with pytest.raises(LabError, match="plain characters"):
        topology.state()
