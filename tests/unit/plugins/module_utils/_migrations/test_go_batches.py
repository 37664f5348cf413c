# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for SQL Server is cut at GO as its client cuts it, and nowhere else."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.go_batches import batches


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("A\nGO\nB", [("A", 1, 1), ("B", 3, 1)]),
        ("A\ngo\nB\n\tGo  \n", [("A", 1, 1), ("B", 3, 1)]),
        ("\ufeffGO\r\nA\r\nGO\r\nB\r\n", [("A", 2, 1), ("B\n", 4, 1)]),
        ("A\nGO 5\nB", [("A", 1, 5), ("B", 3, 1)]),
        ("A\nGO 0\nB", [("B", 3, 1)]),
        ("A\nGO -- the end\nB", [("A", 1, 1), ("B", 3, 1)]),
        ("GO\nGO\n\n", []),
        ("PRINT 'x\nGO\ny'\nGO\nB", [("PRINT 'x\nGO\ny'", 1, 1), ("B", 5, 1)]),
        ("PRINT 'it''s\nGO\n'\nGO\nB", [("PRINT 'it''s\nGO\n'", 1, 1), ("B", 5, 1)]),
        ("/* a\nGO\n/* b */\nGO\n*/\nGO\nB", [("/* a\nGO\n/* b */\nGO\n*/", 1, 1), ("B", 7, 1)]),
        ("SELECT [a\nGO\nb]]\nGO\n]\nGO\nB", [("SELECT [a\nGO\nb]]\nGO\n]", 1, 1), ("B", 7, 1)]),
        ('SELECT "a\nGO\n"\nGO\nB', [('SELECT "a\nGO\n"', 1, 1), ("B", 5, 1)]),
        ("-- it's fine\nGO\nB", [("-- it's fine", 1, 1), ("B", 3, 1)]),
        ("-- /* no comment\nGO\nB", [("-- /* no comment", 1, 1), ("B", 3, 1)]),
        ("SELECT '--'\nGO\nB", [("SELECT '--'", 1, 1), ("B", 3, 1)]),
        ("SELECT '/*'\nGO\nB", [("SELECT '/*'", 1, 1), ("B", 3, 1)]),
        ("GOTO done\nGO_ON\nSELECT 1 GO\nGO x\nB", [("GOTO done\nGO_ON\nSELECT 1 GO\nGO x\nB", 1, 1)]),
    ],
)
def test_a_script_is_cut_where_a_line_has_go_alone_and_not_in_texts_names_or_comments(
    script: str, expected: list[tuple[str, int, int]]
) -> None:
    assert [(batch.text, batch.line, batch.times) for batch in batches(script)] == expected


def test_a_batch_that_the_client_rewrites_says_so() -> None:
    found = batches("SELECT 1\nGO\n:setvar Table quotes\nDROP TABLE $(Table)\nGO\n:r more.sql\nGO\n!! dir")
    assert [batch.for_client for batch in found] == [False, True, True, True]
