# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that compares names a test for every row, and each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[3]
ROWS = re.findall(r"^\| .+ \| (`test_.+?) \|$", (TOP / "docs/compared.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_row_is_proved_by_tests_that_exist() -> None:
    assert len(ROWS) == 18 + 14
    sources = "".join(path.read_text(encoding="utf-8") for path in (TOP / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)\(", sources, re.MULTILINE))
    assert {name for proof in ROWS for name in re.findall(r"`(\w+)`", proof)} <= there
