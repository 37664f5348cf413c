# SPDX-License-Identifier: GPL-3.0-or-later
"""The README names all that the collection has, and every guide is found from it by following links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[3]
README = TOP / "README.md"


def listed(kind: str) -> list[str]:
    """What the README's table names in its row of this kind."""
    row = next(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {kind} |"))
    return re.findall(r"`(\w+)`", row)


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("playbooks", (TOP / "playbooks").glob("*.yml")),
        ("modules", (TOP / "plugins/modules").glob("*.py")),
        ("filters", (TOP / "plugins/filter").glob("*.py")),
        ("callback", (TOP / "plugins/callback").glob("*.py")),
        ("roles", (TOP / "roles").glob("*")),
    ],
)
def test_the_readme_names_all_there_is_and_nothing_else(kind: str, there: Iterator[Path]) -> None:
    assert sorted(listed(kind)) == sorted(path.stem for path in there)


def test_every_guide_is_found_from_the_readme() -> None:
    found: set[Path] = set()
    pages = [README]
    while pages:
        page = pages.pop()
        links = re.findall(r"\]\((?!https?:)([^)#]+\.md)", page.read_text(encoding="utf-8"))
        new = {(page.parent / link).resolve() for link in links} - found
        found |= new
        pages += new
    assert sorted(page.name for page in (TOP / "docs").glob("*.md") if page.resolve() not in found) == []
