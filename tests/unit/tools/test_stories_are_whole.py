# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecule ends green where a story's playbook is missing; so that is asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
STORIES = sorted(path.parent for path in CHECKOUT.glob("molecule/*/molecule.yml"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("playbook", ["converge.yml", "verify.yml"])
def test_a_story_tells_what_happens_and_what_must_be_true_then(story: Path, playbook: str) -> None:
    assert (story / playbook).is_file(), f"molecule skips {story.name}/{playbook} and calls that a success"
