# SPDX-License-Identifier: GPL-3.0-or-later
"""The author's word and the SQL: who agrees, who vetoes, and when a person is asked."""

from __future__ import annotations

from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase import assess

EXPAND, CONTRACT = "-- hybrid.rollout: phase=expand\n", "-- hybrid.rollout: phase=contract\n"
REVIEWED = "-- hybrid.rollout: phase=expand reviewed=anna\n"
ADDS, DROPS = "ALTER TABLE quotes ADD COLUMN price int;\n", "ALTER TABLE quotes DROP COLUMN price;\n"
HIDES, WRITES = "DO $$ BEGIN DROP TABLE quotes; END $$;\n", "UPDATE quotes SET price = 1;\n"


def migration(text: Optional[str], file: str = "V7.sql") -> Migration:
    return Migration(name="V7", text=text, file=file)


@pytest.mark.parametrize(
    ("given", "verdict", "phase", "words"),
    [
        (migration(EXPAND + ADDS), "agreed", "expand", ["header (line 1)"]),
        (migration(CONTRACT + DROPS), "agreed", "contract", ["contract"]),
        (migration(CONTRACT + ADDS), "agreed", "contract", ["contract"]),
        (migration(EXPAND + ADDS + DROPS), "vetoed", "expand", ["line 3", "DROP COLUMN PRICE", "takes away"]),
        (migration(REVIEWED + ADDS + DROPS), "vetoed", "expand", ["line 3"]),
        (migration(EXPAND + HIDES), "asks", "expand", ["line 2", "not read", "reviewed=NAME"]),
        (migration(EXPAND + ADDS + WRITES), "asks", "expand", ["line 3", "rows"]),
        (migration(REVIEWED + HIDES + WRITES), "agreed", "expand", ["anna"]),
        (migration(ADDS), "asks", None, ["no phase"]),
        (migration(DROPS), "asks", None, ["no phase"]),
        (migration("", "expand/V7.sql"), "agreed", "expand", []),
    ],
)
def test_the_sql_can_veto_and_ask_and_never_makes_anything_safe(
    given: Migration, verdict: str, phase: Optional[str], words: list[str]
) -> None:
    found = assess(given, "flyway", "postgresql")
    assert (found.verdict, found.phase) == (verdict, phase)
    assert all(word in found.reason for word in words), found.reason


@pytest.mark.parametrize(
    ("tool", "verdict"), [("dbmate", "agreed"), ("flyway", "vetoed"), ("goose", "vetoed"), ("sql_migrate", "vetoed")]
)
def test_the_way_back_in_the_same_file_counts_only_for_a_tool_that_would_run_it(tool: str, verdict: str) -> None:
    text = f"{EXPAND}-- migrate:up\n{ADDS}-- migrate:down\n{DROPS}"
    assert assess(migration(text), tool, "postgresql").verdict == verdict
    assert assess(migration(text + "-- migrate:up\n" + DROPS), tool, "postgresql").verdict == "vetoed"


PYTHON = "# hybrid.rollout: phase=expand\nop.drop_table('a')\n"


@pytest.mark.parametrize(
    ("given", "engine"),
    [
        (migration(PYTHON, "a.py"), "postgresql"),
        (Migration(name="V7", phase="expand", declared_in="manifest"), "postgresql"),
        (migration(EXPAND + DROPS), "oracle"),
    ],
)
def test_where_no_sql_can_be_read_the_word_of_the_author_stands_alone_and_that_is_said(
    given: Migration, engine: str
) -> None:
    found = assess(given, "alembic", engine)
    assert (found.verdict, found.phase, found.word_alone) == ("agreed", "expand", True)
    assert not assess(migration(EXPAND + ADDS), "flyway", "postgresql").word_alone


def test_the_edition_of_sql_server_counts() -> None:
    text = migration(EXPAND + "ALTER TABLE quotes ADD price int NOT NULL DEFAULT 0")
    assert [
        assess(text, "dbup", "mssql", edition).verdict for edition in ("", "Standard Edition", "Enterprise Edition")
    ] == [
        "asks",
        "asks",
        "agreed",
    ]


def test_what_a_text_holds_is_never_shown() -> None:
    found = assess(migration(EXPAND + "INSERT INTO users VALUES ('hunter2')"), "flyway", "postgresql")
    assert "hunter2" not in found.reason
    assert "hunter2" not in repr(found)
