# SPDX-License-Identifier: GPL-3.0-or-later
"""However a dangerous statement is written, and whatever stands around it: it never passes as an expand."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify import classify
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import worst
from ansible_collections.hybrid.rollout.tests.property._estates import examples
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._labelled import SETS
from hypothesis import given
from hypothesis import strategies as st

WHOLE = re.compile(r"('[^']*'|\$\$.*?\$\$|\$f\$.*?\$f\$|/\*.*?\*/|\[[^\]]*\]|\"[^\"]*\"|`[^`]*`|\s+|\bquotes\b)")
QUOTED = {
    "postgresql": ("quotes", '"quotes"', 'app."quotes"', '"a;b"."quo""tes"'),
    "mssql": ("quotes", "[quotes]", "dbo.quotes", '[db].[dbo]."quotes"', "[a]];b]"),
    "mysql": ("quotes", "`quotes`", "app.`quotes`", "`a``;b`"),
}
GAPS = {
    "postgresql": (" ", "\r\n", "\t", " /* ' /* ; */ \" */ ", " -- it's ; a\n"),
    "mssql": (" ", "\r\n", "\t", " /* ' /* ; */ [ */ ", " -- it's ; a\n"),
    "mysql": (" ", "\r\n", "\t", " /* ' ; ` */ ", " -- it's ; a\n", "# it's ; a\n"),
}
AROUND = {
    "postgresql": (
        "{}",
        "BEGIN;\n{};\nCOMMIT;",
        "SET lock_timeout = '1s'; {}",
        "{};\nCREATE TABLE z (a int);",
        "\ufeff{}",
    ),
    "mssql": (
        "{}",
        "IF NOT EXISTS (SELECT 1 FROM h) BEGIN {} END",
        "IF @v = 1\n{}",
        "BEGIN TRAN\n{}\nCOMMIT",
        "CREATE TABLE z (a int)\nGO 5\n{}\ngo\nPRINT 'x'",
        "PRINT 'a\nGO\n'; {}",
        "ALTER TABLE z ADD a int NULL {}",
    ),
    "mysql": ("{}", "START TRANSACTION;\n{};\nCOMMIT;", "CREATE TABLE z (a int); {}", "{};\nSET NAMES utf8mb4"),
}


@st.composite
def written(draw: st.DrawFn, engine: str, statement: str) -> str:
    """The same statement in another hand."""
    return "".join(_piece(draw, engine, piece) for piece in WHOLE.split(statement))


def _piece(draw: st.DrawFn, engine: str, piece: str) -> str:
    if piece == "quotes":
        return draw(st.sampled_from(QUOTED[engine]))
    if piece.isspace():
        return draw(st.sampled_from(GAPS[engine]))
    if WHOLE.fullmatch(piece):
        return piece
    return draw(st.sampled_from([piece, piece.lower(), piece.upper(), piece.swapcase()]))


def kind_of(script: str, engine: str) -> str:
    return worst([finding.kind for finding in classify(script, engine)]).kind


@pytest.mark.parametrize("engine", sorted(SETS))
@examples(400)
@given(data=st.data())
def test_a_dangerous_statement_is_never_an_expand_in_any_hand(engine: str, data: st.DataObject) -> None:
    statement = data.draw(st.sampled_from([text for text, kind in SETS[engine] if kind != "expand"]))
    script = data.draw(st.sampled_from(AROUND[engine])).format(data.draw(written(engine, statement)))
    assert kind_of(script, engine) != "expand"


@pytest.mark.parametrize("engine", sorted(SETS))
@examples(200)
@given(data=st.data())
def test_an_expand_stays_one_in_any_hand(engine: str, data: st.DataObject) -> None:
    statement = data.draw(st.sampled_from([text for text, kind in SETS[engine] if kind == "expand"]))
    assert kind_of(data.draw(written(engine, statement)), engine) == "expand"


@pytest.mark.parametrize("engine", sorted(SETS))
@examples(200)
@given(data=st.data())
def test_no_text_makes_it_stumble_and_findings_come_in_the_order_of_the_lines(engine: str, data: st.DataObject) -> None:
    strange = data.draw(st.text(alphabet="ab;'\"`[]()/*-#$\\\n\r@:.!,E", max_size=40))
    lines = [finding.line for finding in classify(strange, engine)]
    assert lines == sorted(lines)
