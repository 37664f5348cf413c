# SPDX-License-Identifier: GPL-3.0-or-later
"""A guide that names a test or a file of tests names one that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.docs._links import files_linked_from

TOP = Path(__file__).parents[3]
GUIDES = sorted((TOP / "docs").glob("*.md"))
TESTS = {path: path.read_text(encoding="utf-8") for path in (TOP / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_what_a_guide_points_to_is_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    there = {name for source in TESTS.values() for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)}
    there |= {path.name for path in TESTS} | {path.stem for path in (TOP / "plugins/modules").glob("test_*.py")}
    there |= {path.stem for path in GUIDES}
    assert set(re.findall(r"`?(test_\w+(?:\.py)?)", text)) <= there
    for linked in files_linked_from(guide):
        assert linked.exists(), linked
