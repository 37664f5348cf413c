# SPDX-License-Identifier: GPL-3.0-or-later
"""HAProxys that ask the agent of a member, and what the member's operator tells it."""

from __future__ import annotations

import csv
import subprocess
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain import step
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._drain_agent import READERS, Agent
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy

MEMBER = "app1"


class AskingHAProxy(HAProxy):
    """Its online pool asks the agent of app1."""

    agent_port = 0

    def _config(self, keep_state: bool) -> str:
        asks = f'agent-check agent-port {self.agent_port} agent-inter 300ms agent-send "{self.name}/quotes\\n" pool-max-conn 0'
        head, pool, rest = super()._config(keep_state).partition("backend quotes\n")
        lines = [f"{line} {asks}" if f"server {MEMBER} " in line else line for line in rest.split("\n")]
        end = lines.index("backend quotes_maintenance")
        return head + pool + "\n".join(lines[:end] + rest.split("\n")[end:])

    @property
    def status(self) -> str:
        """Of app1 in the online pool, in HAProxy's own words."""
        head, *rows = csv.reader(self.ask("show stat quotes 4 -1").lstrip("# ").splitlines())
        return next(row[head.index("status")] for row in rows if row[1:2] == [MEMBER])


def run(agent: Agent, state: str, check_mode: bool = False, **others: Any) -> dict[str, Any]:
    """The module self_drain, on this machine."""

    def command(words: list[str]) -> tuple[int, str, str]:
        done = subprocess.run([*agent.command, words[-1]], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    options = {
        "service": "quotes",
        "state": state,
        "readers": list(READERS),
        "timeout_seconds": 20.0,
        "poll_interval_seconds": 0.1,
        "on_timeout": "restore",
        "program": "drain_agent.py",
        **others,
    }
    return step.run(options, check_mode, REAL_CLOCK, command)
