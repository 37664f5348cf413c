# SPDX-License-Identifier: GPL-3.0-or-later
"""A planted secret is searched for everywhere a rollout writes: the output at its most talkative, the ledger, the members.

Needs root and the lab.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

SECRET = "planted-5d0c7b1e-secret"


def test_what_the_store_asks_for_is_written_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_VERBOSITY", "3")
    played = fleet.deploy("1.1", rollout_artifact_headers={"Authorization": f"Bearer {SECRET}"}, **fleet.QUICK)
    assert played.exit_code == 0, played.output
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in played.output
    assert SECRET not in played.output
    assert SECRET.encode() not in Path(fleet.LEDGER).read_bytes()
    assert SECRET not in fleet.inside(
        "app1", "grep -rl planted- /srv/quotes /root /tmp /run/log /var/log 2>/dev/null || true"
    )


def test_a_password_in_the_artifacts_address_is_refused_before_it_could_be_written_down() -> None:
    played = fleet.deploy("1.1", rollout_artifact_url=f"http://ci:{SECRET}@10.77.0.5/quotes/quotes-1.1.tar.gz")
    assert played.exit_code != 0
    assert played.run is None
    assert "rollout_artifact_headers" in played.last_lines()
    assert SECRET not in played.output
