# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell literals, as a module's author would write them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.literal import Opaque, Unparsable
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.variables import assigned, literal


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'it''s'", "it's"),
        ('"a `"quoted`" word"', 'a "quoted" word'),
        ('"two`nlines"', "two\nlines"),
        ("42", 42),
        ("-1", -1),
        ("0x10", 16),
        ("1.5", 1.5),
        ("$True", True),
        ("$null", None),
        ("[int]'7'", "7"),
        ("[string[]]@('a')", ["a"]),
        ("(1)", 1),
        ("@()", []),
        ("'a', 'b' + 'c'", ["a", "b", "c"]),
        ("@{ a = 1 } + @{ b = 2 }", {"a": 1, "b": 2}),
        ("@{ a = 1; 'b c' = @{ d = 'e' } }", {"a": 1, "b c": {"d": "e"}}),
        ("@{\n  a = 1 # one\n  <# b = 2\n #> c = 3\n}", {"a": 1, "c": 3}),
    ],
)
def test_a_literal_is_what_powershell_makes_of_it(written: str, meant: Any) -> None:
    assert literal(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("@('a', 'b')", ["a", "b"]),
        ("@(@('a', 'b'))", ["a", "b"]),
        ("@(, @('a', 'b'))", [["a", "b"]]),
        ("@(\n  , @('a', 'b')\n)", [["a", "b"]]),
        ("@(@('a', 'b'), @('c', 'd'))", [["a", "b"], ["c", "d"]]),
        (", 'a'", ["a"]),
    ],
)
def test_an_array_in_an_array_stays_one_only_behind_a_comma(written: str, meant: Any) -> None:
    assert literal(written) == meant


def test_what_only_powershell_can_compute_is_known_to_be_there() -> None:
    table = literal(
        "@{ a = Get-Date; b = { param($x) $x }; c = $list.Keys + 'auto'; d = \"for $name\"; e = 1; f = 'b' | Sort-Object }"
    )
    assert table["a"] == Opaque("Get-Date")
    assert isinstance(table["b"], Opaque)
    assert isinstance(table["c"], Opaque)
    assert table["d"] == Opaque('"for $name"')
    assert table["e"] == 1
    assert isinstance(table["f"], Opaque)


def test_a_variable_is_what_the_script_assigned_to_it_last_before_its_use() -> None:
    script = "$levels = @('low')\n$levels = @('low', 'high')\n$spec = @{ choices = $levels }\n$levels = @('none')\n"
    assert assigned(script, "spec") == {"choices": ["low", "high"]}


def test_a_member_of_a_variable_is_read() -> None:
    assert assigned("$kinds = @{ text = 'str' }\n$spec = @{ type = $kinds.text }\n", "spec") == {"type": "str"}


def test_a_pipeline_is_not_mistaken_for_its_first_part() -> None:
    assert isinstance(assigned("$names = @('a') | Sort-Object\n", "names"), Opaque)


def test_a_text_that_is_no_literal_says_the_line_where_it_stops_to_be_one() -> None:
    with pytest.raises(Unparsable, match="line 3: a = after b, not '}'"):
        literal("@{\n  a = 1\n  b }\n")


def test_a_table_without_an_end_is_not_read_for_ever() -> None:
    with pytest.raises(Unparsable, match="the end of the script"):
        literal("@{ a = 1\n b = @{ c = 2 ")
