# SPDX-License-Identifier: GPL-3.0-or-later
"""The .NET edition of quotes: every story of the edition for Linux, told of it, and what it alone has to prove."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    HAProxy,
    haproxy_command_or_skip,
    until,
)
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers
from ansible_collections.hybrid.rollout.tests.integration.windows._ledgerd import running
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes import running_quotes, test_quotes_service
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS, Run

GOOD = Release("1.1", 0.0)

globals().update({name: story for name, story in vars(test_quotes_service).items() if name.startswith("test_")})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(running, folder=tmp_path)


@pytest.mark.parametrize("release", [GOOD, Release("1.2", 0.0, "errors"), Release("1.8", 0.0, "never_ready")])
def test_it_answers_as_the_edition_for_linux_does(release: Release, tmp_path: Path) -> None:
    with running_quotes.running(release, tmp_path) as quotes, running(release, tmp_path, "app1") as ledgerd:
        if release.defect == "none":
            quotes.wait_until_ready()
            ledgerd.wait_until_ready()
        for path in ("/health", "/nothing", "/wait/1", "/wait/soon", "/?page=2"):
            assert ledgerd.ask(path) == quotes.ask(path), path


def test_its_configuration_file_says_what_its_addresses_begin_with(tmp_path: Path) -> None:
    with running(GOOD, tmp_path, url_prefix="/quotes/") as ledgerd:
        ledgerd.wait_until_ready("/quotes/health")
        assert ledgerd.ask("/quotes/")[0] == 200
        assert ledgerd.ask("/")[0] == 404


def test_no_request_fails_when_it_stops_after_the_load_balancer_has_drained_it(tmp_path: Path) -> None:
    command = haproxy_command_or_skip("bookworm")
    with running(GOOD, tmp_path, "win01") as leaves, running(GOOD, tmp_path, "win02") as stays:
        leaves.wait_until_ready()
        stays.wait_until_ready()
        balancer = HAProxy("lb1", tmp_path / "lb1", [leaves, stays], command=command)
        try:
            balancer.start(keep_state=False)
            with Customers([balancer.online], per_port=12, path="/wait/50") as customers:
                until(lambda: customers.total > 300, "customers are served")
                balancer.ask("set server quotes/win01 state drain")
                until(lambda: sessions(balancer, "win01") == 0, "win01 has no sessions")
                balancer.ask("set server quotes/win01 state maint")
                leaves.tell_to_stop()
                assert leaves.process.wait(PATIENCE_SECONDS) == 0
                asked = customers.total
                until(lambda: customers.total > asked + 300, "customers go on asking")
        finally:
            balancer.kill()
    assert not customers.failed


def sessions(balancer: HAProxy, server: str) -> int:
    """How many sessions HAProxy counts at a server of the online pool."""
    head, *rows = balancer.ask("show stat quotes 4 -1").removeprefix("# ").splitlines()
    column = head.split(",").index("scur")
    return next(int(row.split(",")[column]) for row in rows if row.startswith(f"quotes,{server},"))
