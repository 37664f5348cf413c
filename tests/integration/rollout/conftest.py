# SPDX-License-Identifier: GPL-3.0-or-later
"""The stories of a rollout run on the lab, with a fleet that is whole at 1.0 before each of them."""

from __future__ import annotations

import subprocess

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet


@pytest.fixture(scope="session", autouse=True)
def the_lab_is_up() -> None:
    subprocess.run([str(fleet.TOP / "tests/lab/start")], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def whole_at_1_0(the_lab_is_up: None) -> None:
    fleet.make_whole("1.0")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the rows that tests left under the name ``matrix``."""
    rows = [
        value
        for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
        for name, value in report.user_properties
        if name == "matrix"
    ]
    if rows:
        table = [list(rows[0]), *([str(cell) for cell in row.values()] for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        terminalreporter.section("kill matrix")
        for row in table:
            terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
