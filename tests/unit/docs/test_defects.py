# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of defects is whole: every row, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[3]
ROWS = re.findall(r"^\| D(\d+) \|.*\| (.+?) \|$", (TOP / "docs/defects.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_defect_has_its_row() -> None:
    assert [int(number) for number, _proof in ROWS] == list(range(1, 27))


def test_every_test_that_proves_a_row_exists() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (TOP / "tests/integration").glob("haproxy*/test_*.py")
    )
    there = set(re.findall(r"^def (test_\w+)\(", sources, re.MULTILINE))
    for number, proof in ROWS:
        named = re.findall(r"`(\w+)`", proof)
        assert named or proof == "not in this version", f"D{number}: {proof}"
        assert set(named) <= there, f"D{number}: {set(named) - there}"
