# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of three members behind two real HAProxys, with a past in the ledger: 1.3 came in place of 1.2 ten days ago."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim, finish
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, suites
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, certificates, pair_of
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.plan.conftest import Versioned
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._states import database, store

__all__ = ["certificates"]

DAY = 86_400.0
STATE = database(store("1.3 applied expand, 1.4 pending contract"))


class Service:
    def __init__(self, pair: Pair[HAProxy], home: Path) -> None:
        self.pair, self.home, self.ledger = pair, home, str(home / "ledger.sqlite3")
        self.members: list[dict[str, Any]] = [
            {"name": name, "server": name, "health_url": f"http://127.0.0.1:{app.port}/health"}
            for name, app in pair.apps.items()
        ]
        for name in pair.apps:
            self.runs(name, "1.3")
        self.roll_out("1.3", "1.2", days_ago=10)

    def runs(self, name: str, version: str) -> None:
        app = self.pair.apps[name]
        assert isinstance(app, Versioned)
        app.version = version

    def roll_out(self, version: str, before: str, days_ago: float, *more: str, ends: bool = True) -> str:
        """A run over all members and ``more``, that long ago."""
        names = [*self.pair.apps, *more]
        planned = [PlannedMember(name, 1, before) for name in names]
        new = NewRun("quotes", version, "d" * 64, "", planned, {}, "hash", len(planned))
        with Ledger.open(self.ledger, lambda: time.time() - days_ago * DAY) as ledger:
            run = open_run(ledger, new, Owner.of_process(2**22 + 1)).id
            for name in names if ends else ():
                claim(ledger, run, name)
                finish(ledger, run, name, "done", None)
        return run

    def ask(self, *arguments: str, **options: Any) -> dict[str, Any]:
        given = {
            **self.pair.connection,
            **{"phase": "contract", "release": "1.3", "states": [STATE], "service": "quotes", "ledger": self.ledger},
            **{"rollback_window_seconds": DAY, "members": self.members},
            **{"online_pool": "quotes", "maintenance_pool": "quotes_maintenance", **options},
        }
        return task("migration_gate", given, *arguments)


@pytest.fixture(params=suites())
def service(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Service]:
    with pair_of(HAProxy, request.param, tmp_path, certificates, Versioned) as pair:
        yield Service(pair, tmp_path)
