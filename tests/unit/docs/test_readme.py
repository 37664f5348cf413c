# SPDX-License-Identifier: GPL-3.0-or-later
"""The README names all that the collection has, and every guide is found from it by following links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.docs._links import files_linked_from

TOP = Path(__file__).parents[3]
README = TOP / "README.md"


def listed(kind: str) -> list[str]:
    """What the README's table names in its row of this kind."""
    row = next(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {kind} |"))
    return re.findall(r"`(\w+)`", row)


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("playbooks", "playbooks/*.yml"),
        ("modules", "plugins/modules/*.py"),
        ("filters", "plugins/filter/*.py"),
        ("callback", "plugins/callback/*.py"),
        ("roles", "roles/*"),
    ],
)
def test_the_readme_names_all_there_is_and_nothing_else(kind: str, pattern: str) -> None:
    assert sorted(listed(kind)) == sorted(path.stem for path in TOP.glob(pattern))


def test_every_guide_is_found_from_the_readme() -> None:
    found: set[Path] = set()
    pages = {README}
    while pages:
        linked = {file for page in pages for file in files_linked_from(page) if file.suffix == ".md"}
        pages = linked - found
        found |= pages
    assert sorted(page.name for page in (TOP / "docs").glob("*.md") if page.resolve() not in found) == []
