# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions that no test runs, as HAProxy's own documents say that they print; tests/fixtures/haproxy/*-from-documents say from where."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Settings

from .conftest import LB1

DOCUMENTED = sorted(Path(__file__).parents[4].joinpath("fixtures/haproxy").glob("*-from-documents/*.txt"))


def test_there_are_some() -> None:
    assert [path.parent.name for path in DOCUMENTED] == ["2.4-from-documents", "3.4-from-documents"]


@pytest.mark.parametrize("path", DOCUMENTED, ids=[path.parent.name for path in DOCUMENTED])
def test_what_a_version_prints_by_its_documents_is_read(path: Path) -> None:
    seen = Client(LB1, lambda _endpoint, _line: path.read_text(encoding="ascii")).read(["quotes"])
    app1, app2, app3 = seen.pools["quotes"].values()
    assert (seen.process.version, seen.level) == (path.parent.name.partition("-")[0] + ".0", "admin")
    assert [server.standing() for server in (app1, app2, app3)] == ["ready", "draining", "maintenance"]
    assert (app1.check.passed, app2.check.passed, app3.check.paused) == (True, True, True)
    assert [server.sessions for server in (app1, app2, app3)] == [0, 1, 2]
    assert app2.settings == Settings(50, 100, "10.0.0.2", 8080, 200, 0, 2)
