# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of tests that is killed leaves none of the systems that it has started."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.machines import census, topology

from ._tree import tree_or_skip

MODULE = "ansible_collections.hybrid.rollout.tests.integration.health_gate._nagios"
TEST_RUN = f"""
import sys, time
from pathlib import Path
from {MODULE} import Nagios
nagios = Nagios(Path(sys.argv[1]), "quotes")
nagios.start()
print("started", flush=True)
time.sleep(600)
"""


def programs_with(home: Path) -> list[int]:
    """Processes of the tree that see this folder."""
    seen = census.inside(topology.state() / "base")
    return [pid for pid in seen if any(str(home).endswith(words[3]) for words in census.mount_table(pid))]


def test_of_a_test_run_that_is_killed_nothing_stays(tmp_path: Path) -> None:
    tree_or_skip("monitoring")
    run = subprocess.Popen([sys.executable, "-c", TEST_RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    with run.stdout:
        assert run.stdout.readline() == "started\n"
        assert len(programs_with(tmp_path)) > 5
        run.kill()
        run.wait()
    end = time.monotonic() + 20
    while programs_with(tmp_path) and time.monotonic() < end:
        time.sleep(0.02)
    assert programs_with(tmp_path) == []
    assert census.mounts(tree_or_skip("monitoring")) == []
