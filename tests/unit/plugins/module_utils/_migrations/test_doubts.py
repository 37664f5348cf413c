# SPDX-License-Identifier: GPL-3.0-or-later
"""A release's phases as its authors say them, and what the SQL has against those that would run now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.doubts import (
    edition_of,
    with_declared_phases,
    with_doubts,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration, Standing

EXPAND = "-- hybrid.rollout: phase=expand\n"


class Session:
    """Of which only the kind is asked, and on SQL Server its edition."""

    database = "quotes"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        assert "Edition" in statement
        return [{"edition": "Enterprise Edition"}]

    def tables(self) -> list[Any]:
        return []

    def quoted(self, *names: str) -> str:
        return ".".join(names)


def written(name: str, sql: str, header: str = EXPAND) -> Migration:
    return Migration(name, text=header + sql, file=f"{name}.sql")


RELEASE = [
    written("V1", "DROP TABLE old;"),
    written("V2", "ALTER TABLE quotes ADD COLUMN amount int;"),
    written("V3", "ALTER TABLE quotes DROP COLUMN price;"),
    written("V4", "UPDATE quotes SET amount = 0;"),
    written("V5", "DROP TABLE quotes;", "-- hybrid.rollout: phase=contract\n"),
    Migration("V6", file="contract/V6.py", text="op.drop_table('quotes')"),
    written("V7", "DROP TABLE quotes;", ""),
]


def test_only_what_would_run_and_is_called_an_expand_is_doubted() -> None:
    release = with_declared_phases(RELEASE)
    assert [migration.phase for migration in release] == [*["expand"] * 4, "contract", "contract", None]
    states = ["applied", *["pending"] * 6]
    standings = [
        Standing(migration.name, state, phase=migration.phase) for migration, state in zip(release, states, strict=True)
    ]
    doubted = with_doubts(standings, release, "flyway", Session("postgresql"))
    assert [(one.name, one.vetoed) for one in doubted if one.doubt] == [("V3", True), ("V4", False)]
    assert "line 2 (ALTER TABLE QUOTES DROP COLUMN PRICE)" in doubted[2].doubt
    assert "reviewed=NAME" in doubted[3].doubt


def test_two_words_of_an_author_that_differ_stop_everything() -> None:
    with pytest.raises(BadInput, match=r"V1 .* two phases"):
        with_declared_phases([Migration("V1", text=EXPAND, file="contract/V1.sql")])


def test_sql_server_is_asked_for_its_edition_and_no_other_is() -> None:
    assert (edition_of(Session("mssql")), edition_of(Session("postgresql"))) == ("Enterprise Edition", "")
    release = with_declared_phases([written("V1", "ALTER TABLE quotes ADD price int NOT NULL DEFAULT 0;")])
    (standing,) = with_doubts([Standing("V1", "pending", phase="expand")], release, "dbup", Session("mssql"))
    assert standing.doubt == ""
