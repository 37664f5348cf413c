# SPDX-License-Identifier: GPL-3.0-or-later
"""Other tools may hold back what an author calls an expand, and never let anything through. The tools are the real ones."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.doubts import LONGEST_SQL, with_doubts
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import EXPAND, Migration, Standing
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions import by_sqlglot, by_squawk
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions.second import with_opinions
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._labelled import EVERY
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations.test_doubts import Session

BOTH = ("sqlglot", "squawk")


class Standard(Session):
    """An edition in which less is harmless than in that of the other tests."""

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        return [{"edition": "Standard Edition"}]


def entry(sql: str, **more: Any) -> dict[str, Any]:
    return {"name": "V2", "doubt": "", "vetoed": False, "sql": sql, "reviewed": False, **more}


def state(migration: dict[str, Any], engine: str = "postgresql") -> dict[str, Any]:
    return {"engine": engine, "with_sql": True, "stores": [{"tool": "flyway", "migrations": [migration]}]}


def asked(migration: dict[str, Any], tools: Sequence[str] = BOTH, engine: str = "postgresql") -> dict[str, Any]:
    (answer,) = with_opinions([state(migration, engine)], tools)
    (found,) = answer["stores"][0]["migrations"]
    return dict(found)


@pytest.mark.parametrize(
    ("tool", "engine", "sql", "words"),
    [
        (
            "squawk",
            "postgresql",
            "SELECT 1;\nALTER TABLE q DROP COLUMN price;",
            "squawk says of line 2: ban-drop-column",
        ),
        ("squawk", "postgresql", "ALTER TABLE q RENAME TO r;", "renaming-table"),
        ("squawk", "postgresql", "ALTER TABLE q ADD COLUMN a int NOT NULL;", "adding-required-field"),
        ("squawk", "postgresql", "REVOKE SELECT ON q FROM app;", "ban-revoke"),
        ("sqlglot", "postgresql", "\n\nALTER TABLE q DROP COLUMN price;", "sqlglot says of line 3: Drop takes"),
        ("sqlglot", "postgresql", "CREATE UNIQUE INDEX CONCURRENTLY i ON q (a);", "unique index"),
        ("sqlglot", "mysql", "ALTER TABLE q ADD COLUMN a int NOT NULL;", "has to have a value"),
        ("sqlglot", "mssql", "SELECT 1\nGO\n\nDROP TABLE q", "sqlglot says of line 4: Drop takes"),
    ],
)
def test_what_breaks_the_old_release_is_vetoed_though_a_person_reviewed_it(
    tool: str, engine: str, sql: str, words: str
) -> None:
    for reviewed in (False, True):
        found = asked(entry(sql, reviewed=reviewed), [tool], engine)
        assert found["vetoed"]
        assert words in found["doubt"]
        assert "Declare it as a contract" in found["doubt"]


@pytest.mark.parametrize(
    ("tool", "sql", "words"),
    [
        ("squawk", "CREATE INDEX i ON q (a);", "require-concurrent-index-creation"),
        ("squawk", "ALTER TABLE q ADD COLUMN;;; nonsense", "syntax-error"),
        ("sqlglot", "DO $$ BEGIN PERFORM f(); END $$;", "nothing that it knows as harmless"),
        ("sqlglot", "ALTER TABLE ( q", "cannot be read"),
    ],
)
def test_what_it_does_not_know_is_a_question_that_a_person_answers(tool: str, sql: str, words: str) -> None:
    found = asked(entry(sql), [tool])
    assert (found["vetoed"], words in found["doubt"]) == (False, True), found["doubt"]
    assert "reviewed=NAME" in found["doubt"]
    assert asked(entry(sql, reviewed=True), [tool])["doubt"] == ""


@pytest.mark.parametrize("tool", BOTH)
def test_a_new_column_and_a_new_table_are_fine(tool: str) -> None:
    sql = "ALTER TABLE q ADD COLUMN a text;\nCREATE TABLE r (id bigint);\nCREATE INDEX CONCURRENTLY i ON q (a);"
    assert asked(entry(sql), [tool])["doubt"] == ""


@pytest.mark.parametrize(("engine", "statement", "kind"), EVERY)
def test_no_opinion_makes_anything_safe_and_dangerous_statements_stay_doubted(
    engine: str, statement: str, kind: str
) -> None:
    header = "-- hybrid.rollout: phase=expand\n"
    migration = Migration("V2", text=header + statement, file="V2.sql", phase=EXPAND)
    (ours,) = with_doubts([Standing("V2", "pending", phase=EXPAND)], [migration], "flyway", Standard(engine), True)
    assert ours.sql == header + statement
    before = entry(ours.sql, doubt=ours.doubt, vetoed=ours.vetoed)
    after = asked(before, BOTH, engine)
    assert bool(after["doubt"]) >= bool(before["doubt"])
    assert after["vetoed"] >= before["vetoed"]
    if kind != EXPAND:
        assert after["doubt"]


def test_a_question_of_the_rules_stays_in_their_words_and_a_veto_comes_before_it() -> None:
    ours = "V2 is an expand by its header, and line 2: no rule knows it"
    assert asked(entry("CREATE INDEX i ON q (a);", doubt=ours), ["squawk"])["doubt"] == ours
    vetoed = asked(entry("DROP TABLE q;", doubt=ours), ["squawk"])
    assert vetoed["vetoed"]
    assert "ban-drop-table" in vetoed["doubt"]


def test_a_migration_without_sql_and_one_that_is_vetoed_already_are_left_as_they_are() -> None:
    plain = {key: value for key, value in entry("").items() if key not in ("sql", "reviewed")}
    assert asked(plain) == plain
    vetoed = entry("DROP TABLE q;", doubt="ours", vetoed=True)
    assert asked(vetoed) == vetoed
    assert asked(entry("DROP TABLE q;"), ["squawk"], "mysql")["doubt"] == ""  # which squawk does not know


def test_a_database_that_could_not_be_read_stays_so_and_one_without_sql_is_refused() -> None:
    assert with_opinions([{"failed": True, "msg": "no route"}], BOTH) == [{"failed": True, "msg": "no route"}]
    without = {key: value for key, value in state(entry("")).items() if key != "with_sql"}
    with pytest.raises(BadInput, match="with_sql: true"):
        with_opinions([without], BOTH)


def test_a_text_that_is_too_long_to_carry_is_a_question() -> None:
    text = "-- hybrid.rollout: phase=expand\n" + "ALTER TABLE q ADD COLUMN a text;\n" * (LONGEST_SQL // 30)
    migration = Migration("V2", text=text, file="V2.sql", phase=EXPAND)
    (found,) = with_doubts(
        [Standing("V2", "pending", phase=EXPAND)], [migration], "flyway", Session("postgresql"), True
    )
    assert found.sql is None
    assert "too long for a second opinion" in found.doubt


def test_a_tool_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(BadInput, match="pip install squawk-cli"):
        asked(entry("SELECT 1;"), ["squawk"])
    monkeypatch.setattr(by_sqlglot, "HAS_SQLGLOT", False)
    with pytest.raises(BadInput, match="pip install sqlglot"):
        asked(entry("SELECT 1;"), ["sqlglot"])


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exec sleep 600", "did not answer within 0.2 s"),
        ("echo oops; echo broken >&2; exit 3", "ended with 3 and no JSON: broken"),
    ],
    ids=["hangs", "says something else"],
)
def test_a_tool_that_gives_no_answer_is_a_question(
    script: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "squawk"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(by_squawk, "SECONDS", 0.2 if "sleep" in script else 30.0)
    found = asked(entry("ALTER TABLE q ADD COLUMN a text;"), ["squawk"])
    assert words in found["doubt"]
    assert not found["vetoed"]


def test_settings_of_squawk_that_lie_around_do_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".squawk.toml").write_text('excluded_rules = ["ban-drop-table"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "ban-drop-table" in asked(entry("DROP TABLE q;"), ["squawk"])["doubt"]
