# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server reads as one text, name or comment is one here, and what hides in it stays hidden from nobody."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sql_tokens import (
    DOUBTFUL,
    MSSQL,
    MYSQL,
    POSTGRESQL,
    tokens,
)


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        (POSTGRESQL, "a 'it''s; x' b", ["a", "'it''s; x'", "b"]),
        (POSTGRESQL, r"E'it\'s; ' b", [r"E'it\'s; '", "b"]),
        (POSTGRESQL, "$$ a; 'b $$ c", ["$$ a; 'b $$", "c"]),
        (POSTGRESQL, "$f$ $$ $g$ $f$ c", ["$f$ $$ $g$ $f$", "c"]),
        (POSTGRESQL, 'a$1 $2 "x "" y"', ["a$1", "$", "2", '"x "" y"']),
        (POSTGRESQL, "a /* b /* c */ d */ e -- f\ng", ["a", "e", "g"]),
        (POSTGRESQL, "a # b int[]", ["a", "#", "b", "int", "[", "]"]),
        (MSSQL, "N'it''s' [a ]] b] \"c\" #t @v @@x", ["N", "'it''s'", "[a ]] b]", '"c"', "#t", "@v", "@@x"]),
        (MSSQL, "a /* b /* c */ d */ e -- f\ng", ["a", "e", "g"]),
        (MSSQL, r"'a\' b", [r"'a\'", "b"]),
        (MYSQL, "a#it's\nb", ["a", "b"]),
        (MYSQL, "a # b\nc -- d\ne --1", ["a", "c", "e", "-", "-", "1"]),
        (MYSQL, "a /* b /* c */ d", ["a", "d"]),
        (MYSQL, "a /*! DROP TABLE b */ c /*M! d */", ["a", "/*! DROP TABLE b */", "c", "/*M! d */"]),
        (MYSQL, r"""`a``b` 'c\nd' "e""f" """, ["`a``b`", r"'c\nd'", '"e""f"']),
    ],
)
def test_each_server_has_its_own_quotes_and_comments(dialect: str, text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(text, dialect)] == expected


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (POSTGRESQL, r"'a\'; DROP TABLE b; --'"),
        (MYSQL, r"'a\'; DROP TABLE b; -- '"),
        (MYSQL, "/*!50000 DROP TABLE b */"),
        (MYSQL, "/*M!100000 DROP TABLE b */"),
        (POSTGRESQL, "-- a\rDROP TABLE b"),
        (POSTGRESQL, "'a"),
        (POSTGRESQL, "$$ a"),
        (POSTGRESQL, "/* a /* b */"),
        (MSSQL, "[a"),
        (MSSQL, "/* a /* b */"),
        (MYSQL, "`a"),
        (MYSQL, "/* a"),
    ],
)
def test_what_a_setting_can_change_and_what_never_ends_is_doubtful(dialect: str, text: str) -> None:
    assert any(token.kind == DOUBTFUL or token.text == "$" for token in tokens(text, dialect))


def test_a_token_knows_its_line_and_whether_it_begins_it() -> None:
    found = tokens("a b\n/* c\n */ 'd\ne' f\n  g", POSTGRESQL)
    assert [(token.text, token.line, token.first) for token in found] == [
        ("a", 1, True),
        ("b", 1, False),
        ("'d\ne'", 3, True),
        ("f", 4, False),
        ("g", 5, True),
    ]
