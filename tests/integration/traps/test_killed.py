# SPDX-License-Identifier: GPL-3.0-or-later
"""T21: a controller that is told to end runs neither rescue nor always; the ledger has the trace, and the next run takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import CLAIM, Stage

PLAY = (
    """
- hosts: app1
  gather_facts: false
  tasks:
    - {name: Wait for the run, ansible.builtin.wait_for: {path: "{{ room }}/run", timeout: 60}}
"""
    + CLAIM.replace("{{ run }}", "{{ lookup('ansible.builtin.file', room ~ '/run') }}")
    + """
    - block:
        - name: Install for a long time
          ansible.builtin.shell: ": > {{ room }}/installing; while [ -e {{ room }}/run ]; do sleep 0.1; done"
      rescue:
        - {name: Rescue, ansible.builtin.copy: {content: x, dest: "{{ room }}/rescued", mode: "0600"}}
      always:
        - {name: Always, ansible.builtin.copy: {content: x, dest: "{{ room }}/always", mode: "0600"}}
"""
)


@contextmanager
def controller(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """A playbook; what it has started on the member ends with it."""
    process = subprocess.Popen(stage.command(PLAY), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        (stage.directory / "run").unlink(missing_ok=True)
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("sent", "exit_code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 99), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_t21_a_killed_controller_leaves_a_trace_and_makes_way(sent: int, exit_code: int, stage: Stage) -> None:
    with controller(stage) as process:
        stage.controller = process.pid
        killed = stage.open_run(("app1",))
        (stage.directory / "new").write_text(killed)
        (stage.directory / "new").rename(stage.directory / "run")
        deadline = time.monotonic() + 60
        while not (stage.directory / "installing").exists():
            assert process.poll() is None, "the play ended before it began to install"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(sent)
        assert process.wait(60) == exit_code
        assert not (stage.directory / "rescued").exists()
        assert not (stage.directory / "always").exists()
        assert stage.states() == {"app1": "claimed"}
        stage.controller = os.getpid()
        assert stage.open_run(("app1",)) != killed
    with Ledger.open(stage.ledger) as ledger:
        left = read_run(ledger, killed)
    assert left["state"] == "abandoned"
    assert "its process is gone" in left["stop_reason"]
