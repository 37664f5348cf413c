# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that HAProxy resolves get another name, with a real name server that knows both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused, TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import suites, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy_server.conftest import Balancer, Estate, estate_of
from dnslib.server import DNSServer
from dnslib.zoneresolver import ZoneResolver

ZONE = """
old.rollout.test. 1 IN A 127.0.0.1
new.rollout.test. 1 IN A 127.0.0.2
"""
NAMED = """
resolvers names
  nameserver test 127.0.0.1:{port}
  hold valid 100ms
  hold nx 100ms
  timeout resolve 100ms
backend named
  option httpchk GET /health
  server named old.rollout.test:{app} check resolvers names init-addr none
  server nobody nobody.rollout.test:{app} check resolvers names init-addr none
"""


class Resolving(Balancer):
    """Its backend ``named`` asks the test's name server."""

    names = 0

    def _config(self, keep_state: bool) -> str:
        return super()._config(keep_state) + NAMED.format(port=self.names, app=self.apps[0].port)


@pytest.fixture(scope="module")
def names() -> Iterator[int]:
    server = DNSServer(ZoneResolver(ZONE), address="127.0.0.1", port=0)
    server.start_thread()
    yield server.server.server_address[1]
    server.stop()
    server.server.server_close()


@pytest.fixture(params=suites())
def estate(request: pytest.FixtureRequest, tmp_path: Path, names: int) -> Iterator[Estate]:
    Resolving.names = names
    with estate_of(Resolving, request.param, tmp_path, apps_at="") as estate:
        yield estate


def test_a_server_gets_another_name_and_comes_back_where_that_leads(estate: Estate) -> None:
    at = {"backends": ["named"]}
    estate.set("named", wait_for="healthy", **at)
    assert estate.seen("srv_addr", "named", "named") == ["127.0.0.1"] * 2
    estate.set("named", state="maint", **at, min_active="0")
    result = estate.set("named", fqdn="new.rollout.test", state="ready", wait_for="healthy", **at)
    assert result["changes"][0] == "lb1: named/named fqdn: old.rollout.test -> new.rollout.test"
    until(lambda: estate.seen("srv_addr", "named", "named") == ["127.0.0.2"] * 2, "both have resolved it")
    assert estate.state("named", "named") == ["2/0"] * 2
    assert result["endpoints"][0]["servers"][0]["after"]["fqdn"] == "new.rollout.test"
    assert not estate.set("named", fqdn="new.rollout.test", **at)["changed"]


def test_the_name_is_put_back_when_the_server_does_not_come_back(estate: Estate) -> None:
    at = {"backends": ["named"]}
    estate.set("named", wait_for="healthy", **at)
    estate.set("named", state="maint", **at, min_active="0")
    estate.apps["app1"].healthy = False
    with pytest.raises(TimedOut, match="not fit for customers"):
        estate.set("named", fqdn="new.rollout.test", state="ready", wait_for="healthy", timeout_seconds=2.0, **at)
    assert estate.seen("srv_fqdn", "named", "named") == ["old.rollout.test"] * 2
    assert estate.state("named", "named") == ["0/1"] * 2


def test_a_server_with_an_address_has_no_name_to_change(estate: Estate) -> None:
    with pytest.raises(Refused, match="HAProxy's configuration has an address for the server and no name to resolve"):
        estate.set("app1", fqdn="new.rollout.test")
    with pytest.raises(Refused, match="has not got an address yet"):
        estate.set("nobody", backends=["named"], address="127.0.0.1")
    for name in ("new;quit", "new rollout", "-new", "a..b", "a" * 64, "a." * 130):
        with pytest.raises(BadInput, match="is no name of a host"):
            estate.set("app1", fqdn=name)
