# SPDX-License-Identifier: GPL-3.0-or-later
"""What a statement is to the release that still runs, over a set labelled by hand."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify import classify
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import worst
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._labelled import EVERY, SETS


def kind_of(script: str, engine: str, edition: str = "") -> str:
    return worst([finding.kind for finding in classify(script, engine, edition)]).kind


@pytest.mark.parametrize(("engine", "statement", "kind"), EVERY)
def test_a_statement_gets_the_answer_that_a_careful_person_gives(engine: str, statement: str, kind: str) -> None:
    assert kind_of(statement, engine) == kind


@pytest.mark.parametrize("engine", sorted(SETS))
def test_the_set_is_large_enough_and_little_of_it_needs_a_person(engine: str) -> None:
    answers = [kind_of(statement, engine) for statement, _kind in SETS[engine]]
    assert len(answers) >= 40
    assert answers.count("unknown") <= 0.15 * len(answers)


def test_a_finding_says_the_line_and_what_would_be_locked_or_written_anew() -> None:
    found = classify("-- note\nBEGIN;\r\n\nCREATE INDEX a ON b (c); ALTER TABLE b\n ALTER c TYPE bigint;", "postgresql")
    assert [(one.line, one.kind.kind, one.kind.rewrites, one.kind.blocks_writes) for one in found] == [
        (2, "expand", False, False),
        (4, "unknown", False, True),
        (4, "unknown", True, True),
    ]


def test_a_script_of_entity_framework_is_read_through_its_conditions_and_batches() -> None:
    script = """BEGIN TRANSACTION;
GO

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'2026_Price'
)
BEGIN
    ALTER TABLE [Quotes] ADD [Price] int NULL;
END;
GO

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'2026_Price'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'2026_Price', N'8.0.0');
END;
GO

COMMIT;
GO
"""
    assert kind_of(script, "mssql") == "expand"
    dropped = script.replace("ADD [Price] int NULL", "DROP COLUMN [Price]")
    assert [finding.line for finding in classify(dropped, "mssql") if finding.kind.kind == "contract"] == [9]
    assert kind_of(script + "IF 1 = 1\nBEGIN\n  EXEC(N'DROP TABLE a')\nEND", "mssql") == "opaque"
    assert kind_of(":setvar T quotes\nALTER TABLE $(T) ADD a int NULL", "mssql") == "opaque"


def test_the_body_of_a_procedure_in_t_sql_is_a_part_of_it_up_to_go() -> None:
    script = "CREATE OR ALTER PROCEDURE p AS\nSELECT 1;\nDROP TABLE #seen;\nGO\nDROP TABLE quotes"
    assert [(one.line, one.kind.kind) for one in classify(script, "mssql")] == [(1, "opaque"), (5, "contract")]


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE q ADD p int NOT NULL DEFAULT 0", "CREATE INDEX i ON q (p) WITH (ONLINE = ON)"],
)
def test_the_edition_of_sql_server_decides_what_keeps_others_waiting(statement: str) -> None:
    assert kind_of(statement, "mssql", "Enterprise Edition (64-bit)") == "expand"
    assert kind_of(statement, "mssql", "Standard Edition (64-bit)") == kind_of(statement, "mssql") == "unknown"
