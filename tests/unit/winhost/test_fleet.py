# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import SmallHost, small_engine
from ansible_collections.hybrid.rollout.tests.winhost.fleet import windows_fleet
from ansible_collections.hybrid.rollout.tests.winhost.wire.addresses import AddressRefused


def test_each_host_listens_at_its_own_address_and_only_there(tmp_path: Path) -> None:
    with windows_fleet(["win1", "win2"], tmp_path, small_engine(), SmallHost) as fleet:
        assert [host.address for host in fleet.hosts.values()] == ["127.0.1.1", "127.0.1.2"]
        for host in fleet.hosts.values():
            socket.create_connection((host.address, fleet.port), timeout=20).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", fleet.port), timeout=20)


def test_when_the_fleet_ends_nothing_runs_and_nothing_listens_any_more(tmp_path: Path) -> None:
    with windows_fleet(["win1"], tmp_path, small_engine(), SmallHost) as fleet:
        host = fleet.hosts["win1"]
    assert isinstance(host, SmallHost)
    assert host.closed
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host.address, fleet.port), timeout=20)


def test_a_fleet_on_an_address_that_the_world_could_reach_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(AddressRefused),
        windows_fleet(["win1"], tmp_path, small_engine(), SmallHost, lab_addresses=["0.0.0.0"]),
    ):
        pass
