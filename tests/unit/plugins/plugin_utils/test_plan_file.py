# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as a file that is hashed and approved."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import hash_of
from ansible_collections.hybrid.rollout.plugins.plugin_utils._plan_file import (
    PlanFileFailed,
    check_approval,
    write_plan,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import FOUR, member, plan

MADE = plan(*FOUR)
LATER = plan(*FOUR[:3])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quotes.plan.json"


def test_the_hash_is_that_of_the_file_so_that_sha256sum_proves_it(file: Path) -> None:
    assert write_plan(MADE, str(file))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == hash_of(MADE)
    assert json.loads(file.read_bytes())["format"] == 1


def test_it_is_for_its_owner_alone_and_written_once(file: Path) -> None:
    assert write_plan(MADE, str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert not write_plan(MADE, str(file))
    file.chmod(0o644)
    assert write_plan(MADE, str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in file.parent.iterdir()] == [file.name]


def test_a_directory_that_is_not_there_is_said(file: Path) -> None:
    with pytest.raises(PlanFileFailed, match="Check the path in rollout_plan_path: its directory must be there"):
        write_plan(MADE, str(file.parent / "nowhere" / file.name))


def test_the_approved_plan_goes_through_however_its_hash_is_typed(file: Path) -> None:
    check_approval(MADE, f" {hash_of(MADE).upper()}\n", None)


def test_a_plan_that_does_not_hold_any_more_is_refused_with_what_differs(file: Path) -> None:
    write_plan(MADE, str(file))
    with pytest.raises(Refused, match="What differs: app4 was in batch 4, now it is in none"):
        check_approval(LATER, hash_of(MADE), str(file))


def test_without_the_file_it_is_refused_and_says_how_to_read_more() -> None:
    with pytest.raises(Refused, match="Give its file in rollout_approved_plan_path"):
        check_approval(LATER, hash_of(MADE), None)


def test_a_file_that_is_not_the_approved_plan_is_no_proof(file: Path) -> None:
    write_plan(LATER, str(file))
    with pytest.raises(BadInput, match="is not the plan that rollout_approved_plan names"):
        check_approval(LATER, hash_of(MADE), str(file))
    with pytest.raises(BadInput, match="cannot be read"):
        check_approval(LATER, hash_of(MADE), str(file.parent / "nowhere"))


@pytest.mark.parametrize(
    ("content", "words"),
    [({"format": 2}, "a plan of format 2, this version .* writes 1"), ([], "is no plan"), ("{", "is no plan")],
)
def test_a_file_of_another_kind_is_said(file: Path, content: Any, words: str) -> None:
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(BadInput, match=words):
        check_approval(plan(member("app1"), min_active="0"), hashlib.sha256(file.read_bytes()).hexdigest(), str(file))
