# SPDX-License-Identifier: GPL-3.0-or-later
"""The store of the ledger itself fails: nothing is claimed that is not written, the message says what to try, and it goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger, LedgerFailed
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import kinds, start

WHAT_TO_TRY = "Nothing is done that cannot be written down first.*whether its database is up"
CLAIM = """
import sys
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
try:
    with Ledger.open(sys.argv[1]) as ledger:
        claims.claim(ledger, *sys.argv[2:])
except RolloutError as error:
    sys.exit(f"{error.code}: {error}")
"""


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that may be stopped without harm to other tests."""
    running = Server()
    yield running
    running.remove()


def test_a_postgresql_that_was_restarted_between_two_claims_is_not_noticed(own_server: Server) -> None:
    with Ledger.open(own_server.new_database()) as ledger:
        run = start(ledger, "app1 app2")
        claims.claim(ledger, run, "app1")
        own_server.stop()
        own_server.start()
        assert claims.claim(ledger, run, "app2") == 1
        assert kinds(ledger, run) == ["run_opened", "claimed", "claimed"]


def test_a_postgresql_that_is_away_gives_no_claim_and_the_same_claim_goes_on_when_it_is_back(
    own_server: Server,
) -> None:
    with Ledger.open(own_server.new_database()) as ledger:
        run = start(ledger, "app1")
        own_server.stop()
        with pytest.raises(LedgerFailed, match=WHAT_TO_TRY):
            claims.claim(ledger, run, "app1")
        own_server.start()
        assert kinds(ledger, run) == ["run_opened"]
        assert claims.claim(ledger, run, "app1") == 1


def test_a_postgresql_that_dies_in_the_middle_of_a_claim_leaves_nothing_of_it(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(own_server.new_database()) as ledger:
        run = start(ledger, "app1")
        write_event = Ledger.write_event

        def dies_after_it(*given: object, **more: object) -> None:
            write_event(*given, **more)  # type: ignore[arg-type]
            own_server.stop()

        with monkeypatch.context() as patched, pytest.raises(LedgerFailed, match="COMMIT, so it may be written or not"):
            patched.setattr(Ledger, "write_event", dies_after_it)
            claims.claim(ledger, run, "app1")
        own_server.start()
        assert kinds(ledger, run) == ["run_opened"]
        assert claims.claim(ledger, run, "app1") == 1


def test_somebody_elses_tables_in_postgresql_are_left_as_they_are(server: Server) -> None:
    address = server.new_database()
    with psycopg.connect(address, autocommit=True) as shop:
        shop.execute("CREATE TABLE events (id text)")
        with pytest.raises(LedgerFailed, match="has tables of somebody else.*rollout_ledger"):
            Ledger.open(address)
        found = shop.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [("events",)]


def test_a_postgresql_ledger_of_a_newer_format_is_not_touched(server: Server) -> None:
    address = server.new_database()
    with Ledger.open(address) as ledger:
        ledger.execute("COMMENT ON TABLE runs IS '9'")
    with pytest.raises(LedgerFailed, match="has format 9"):
        Ledger.open(address)


def test_a_full_disk_gives_no_claim_and_the_same_claim_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """A limit on the size of files stops SQLite as a full disk does: it cannot write on."""
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(str(path)) as ledger:
        run = start(ledger, "app1")
        room = f"--fsize={path.stat().st_size // 2}"
        command = [sys.executable, "-c", CLAIM, str(path), run, "app1"]
        full = subprocess.run(["prlimit", room, *command], capture_output=True, text=True, check=False)
        assert "ledger_failed: " in full.stderr
        assert "free disk space" in full.stderr
        assert kinds(ledger, run) == ["run_opened"]
        subprocess.run(command, check=True)
        assert [claim["state"] for claim in runs.read_run(ledger, run)["claims"]] == ["claimed"]


@pytest.mark.skipif(os.geteuid() != 0, reason="root may write everything, so it asks as somebody else")
def test_a_ledger_that_may_only_be_read_gives_no_claim(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with Ledger.open(str(path)) as ledger:
        run = start(ledger, "app1")
        path.chmod(0o444)
        # As root without the right to write what it may not.
        command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
        command += [sys.executable, "-c", CLAIM, str(path), run, "app1"]
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "attempt to write a readonly database" in refused.stderr
        assert "permissions" in refused.stderr
        assert kinds(ledger, run) == ["run_opened"]
