# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of defects is whole: every row, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/defects.md").read_text(encoding="utf-8")
FIRST, HEADING, SECOND = PAGE.partition("\n## What did both do, side by side?\n")
ROWS = re.findall(r"^\| D(\d+) \|.*\| (.+?) \|$", FIRST, re.MULTILINE)


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


def test_what_the_peer_did_names_rows_that_exist_and_the_versions_it_was_seen_with() -> None:
    assert HEADING
    assert re.search(r"community\.general \d+\.\d+\.\d+, HAProxy \d+\.\d+\.\d+\S*, \d{4}-\d\d-\d\d", SECOND)
    shown = re.findall(r"^\| (D\d+) \|", SECOND, re.MULTILINE)
    assert set(shown) <= set(re.findall(r"^\| (D\d+) \|", FIRST, re.MULTILINE))
    assert len(set(shown)) >= 15
