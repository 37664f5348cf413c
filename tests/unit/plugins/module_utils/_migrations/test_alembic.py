# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic, whose table has the heads alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import AHEAD, APPLIED, PENDING, UNKNOWN
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    standings,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

ANNOTATED = '''"""Add a column for the colour

Revision ID: {0}
"""
from alembic import op
import package_that_is_not_here

revision: str = "{0}"
down_revision: Union[str, None] = {1!r}
branch_labels: Union[str, Sequence[str], None] = {2!r}
depends_on: Union[str, Sequence[str], None] = {3!r}

def upgrade() -> None:
    raise SystemExit("nobody runs this")
'''


def revision(name: str, down: object = None, labels: object = None, depends_on: object = None) -> dict[str, str]:
    return {f"versions/{name}_x.py": ANNOTATED.format(name, down, labels, depends_on)}


def line(*names: str) -> dict[str, str]:
    files: dict[str, str] = {"env.py": "from alembic import context\ntarget_metadata = None\n"}
    for name, down in zip(names, [None, *names]):
        files.update(revision(name, down))
    return files


def database(*heads: str) -> Schemas:
    return Schemas(TABLES["alembic"], *(f"INSERT INTO alembic_version VALUES ('{head}')" for head in heads))


def test_what_lies_below_the_head_is_applied_and_the_files_are_never_run(tmp_path: Path) -> None:
    release = release_of(tmp_path, line("f00d", "beef", "cafe"))
    assert list(states("alembic", database("beef"), release).items()) == [
        ("f00d", APPLIED),
        ("beef", APPLIED),
        ("cafe", PENDING),
    ]
    last = READERS["alembic"].migrations(release)[-1]
    assert (last.description, last.file, list(last.needs)) == (
        "Add a column for the colour",
        "versions/cafe_x.py",
        ["beef"],
    )


def test_a_table_without_a_row_has_nothing_applied(tmp_path: Path) -> None:
    assert set(states("alembic", database(), release_of(tmp_path, line("a1", "a2"))).values()) == {PENDING}


def test_several_heads_and_a_merge_stand_each_on_their_own_branch(tmp_path: Path) -> None:
    release = release_of(
        tmp_path,
        {
            **line("base"),
            **revision("left1", "base"),
            **revision("left2", "left1"),
            **revision("right1", "base"),
            **revision("right2", "right1"),
            **revision("merged", ("left2", "right2")),
        },
    )
    found = states("alembic", database("left2", "right1"), release)
    assert found == dict.fromkeys(("base", "left1", "left2", "right1"), APPLIED) | {
        "right2": PENDING,
        "merged": PENDING,
    }
    assert [record.name for record in history("alembic", database("right1", "left2")).records] == ["left2", "right1"]


def test_an_older_build_meets_a_revision_that_it_does_not_have(tmp_path: Path) -> None:
    found = standings("alembic", database("dead"), release_of(tmp_path, line("f00d", "beef")))
    assert {name: standing.state for name, standing in found.items()} == {
        "f00d": UNKNOWN,
        "beef": UNKNOWN,
        "dead": AHEAD,
    }
    assert "an older build will refuse to start" in found["dead"].detail
    assert found["beef"].detail == "the database stands at dead, and what lies below that is not in this release"


def test_of_two_heads_the_known_one_still_tells_what_it_can(tmp_path: Path) -> None:
    release = release_of(tmp_path, {**line("base", "left"), **revision("right", "base")})
    found = states("alembic", database("left", "dead"), release)
    assert found == {"base": APPLIED, "left": APPLIED, "right": UNKNOWN, "dead": AHEAD}


def test_a_dependency_lies_below_as_well_by_its_beginning_or_its_label(tmp_path: Path) -> None:
    release = release_of(
        tmp_path,
        {
            **line("1234abcd"),
            **revision("5678abcd", None, ("lookup",)),
            **revision("one", None, None, "1234"),
            **revision("two", "one", None, ["lookup"]),
        },
    )
    assert states("alembic", database("two"), release) == dict.fromkeys(("1234abcd", "5678abcd", "one", "two"), APPLIED)


def test_the_label_of_a_branch_declares_the_phase_of_all_that_is_on_it(tmp_path: Path) -> None:
    """As OpenStack keeps two branches on one base."""
    release = release_of(
        tmp_path,
        {
            **line("base"),
            **revision("e1", "base", ("expand",)),
            **revision("e2", "e1"),
            **revision("c1", "base"),
            **revision("c2", "c1", ["Contract"]),
            **revision("merged", ["e2", "c2"]),
        },
    )
    found = {one.name: (one.phase, one.declared_in) for one in READERS["alembic"].migrations(release)}
    assert found == {
        "base": (None, ""),
        "e1": ("expand", "branch label expand"),
        "e2": ("expand", "branch label expand"),
        "c1": ("contract", "branch label contract"),
        "c2": ("contract", "branch label contract"),
        "merged": (None, ""),
    }


def test_a_history_longer_than_python_can_descend_is_walked(tmp_path: Path) -> None:
    release = release_of(tmp_path, line(*(f"r{number}" for number in range(1500))))
    assert list(states("alembic", database("r1498"), release).values()) == [APPLIED] * 1499 + [PENDING]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (revision("b", "a"), "stands on revision a, which no file beside it has"),
        ({**revision("a", "b"), **revision("b", "a")}, "need each other in a circle.*: a, b"),
        ({**revision("a"), "again.py": "revision = 'a'\ndown_revision = None"}, "have the same revision a"),
        (revision("a", None, None, "zzzz"), "depends on zzzz, which is 0 revisions"),
        ({"x.py": "revision = 'a'\ndown_revision = find()"}, "down_revision in line 2 of .*x.py is not written out"),
        ({"x.py": "revision = "}, "x.py cannot be read as Python"),
        ({"env.py": "target_metadata = None"}, "has no revision of Alembic"),
    ],
)
def test_a_graph_that_cannot_be_whole_says_why(files: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        READERS["alembic"].migrations(release_of(tmp_path, files))
