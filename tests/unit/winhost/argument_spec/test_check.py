# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module would say to the arguments of a task."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.check import ArgumentError, checked, examined
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.spec import Spec
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.values import Template

BOILER = Spec.of(
    {
        "options": {
            "name": {"required": True, "aliases": ["boiler"]},
            "state": {"choices": ["cold", "hot"], "default": "cold"},
            "degrees": {"type": "int"},
            "fast": {"type": "bool", "default": False},
            "log": {"type": "path"},
            "valves": {"type": "list", "elements": "int"},
            "tags": {"type": "list", "choices": ["a", "b"]},
            "burner": {"type": "dict", "options": {"side": {"required": True}, "flame": {"choices": ["blue"]}}},
            "pipes": {"type": "list", "elements": "dict", "options": {"width": {"type": "int"}}},
            "user": {},
            "password": {},
            "gas": {},
            "oil": {},
        },
        "mutually_exclusive": [["gas", "oil"]],
        "required_together": [["user", "password"]],
        "required_one_of": [["gas", "oil", "name"]],
        "required_if": [["state", "hot", ["degrees"]], ["state", "cold", ["log", "name"], True]],
        "required_by": {"log": "fast"},
    },
    "literal",
)
WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"nmae": "b1"},
        "Unsupported parameters for (boiler) module: nmae. Supported parameters include: burner, degrees,",
    ),
    ({"state": "warm"}, "value of state must be one of: cold, hot. Got no match for: warm"),
    ({"tags": "a,c"}, "value of tags must be one or more of: a, b. Got no match for: c"),
    ({"degrees": "many"}, "argument for degrees is of type str and we were unable to convert to int"),
    ({"fast": "maybe"}, "The value 'maybe' is not a valid boolean"),
    ({"valves": [1, "x"]}, "argument for list entry valves is of type str and we were unable to convert to int"),
    ({"log": r"C:\logs\a|b"}, "is not a valid path"),
    ({"burner": "blue"}, "argument for burner is of type str and we were unable to convert to dict"),
    ({"burner": {"flame": "blue"}}, "missing required arguments: side found in burner"),
    (
        {"burner": {"side": "l", "flame": "red"}},
        "value of flame must be one of: blue. Got no match for: red found in burner",
    ),
    ({"pipes": [{"width": 3}, {"depth": 3}]}, "depth found in pipes. Supported parameters include: width"),
    ({"gas": "1", "oil": "2"}, "parameters are mutually exclusive: gas, oil"),
    ({"user": "me"}, "parameters are required together: user, password"),
    ({"state": "hot"}, "state is hot but all of the following are missing: degrees"),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_a_mistake_is_answered_in_the_words_of_the_module(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        checked(BOILER, "boiler", {"name": "b1", **given})
    assert message in str(refused.value)


def test_a_missing_required_argument_is_named() -> None:
    with pytest.raises(ArgumentError, match="^missing required arguments: name$"):
        checked(BOILER, "boiler", {"gas": "1"})


def test_one_of_several_is_enough_and_none_is_not() -> None:
    spec = Spec.of(
        {"options": {"a": {}, "b": {}, "c": {}}, "required_one_of": [["a", "b"]], "required_by": {"c": ["b"]}},
        "literal",
    )
    assert checked(spec, "m", {"b": "1"}) == {"a": None, "b": "1", "c": None}
    assert examined(spec, "m", {"c": "1"})[1] == [
        "one of the following is required: a, b",
        "missing parameter(s) required by 'c': b",
    ]


def test_any_of_several_fulfils_a_condition() -> None:
    spec = Spec.of({"options": {"s": {}, "a": {}, "b": {}}, "required_if": [["s", "x", ["a", "b"], True]]}, "literal")
    assert examined(spec, "m", {"s": "x", "b": "1"})[1] == []
    assert examined(spec, "m", {"s": "x"})[1] == ["s is x but any of the following are missing: a, b"]


def test_the_module_sees_real_names_defaults_and_types() -> None:
    seen = checked(BOILER, "boiler", {"Boiler": 7, "FAST": "yes", "valves": "1, 2", "degrees": "90", "State": "HOT"})
    assert seen["name"] == "7"
    assert seen["fast"] is True
    assert seen["valves"] == [1, 2]
    assert seen["degrees"] == 90
    assert seen["state"] == "HOT"
    assert seen["gas"] is None
    assert checked(BOILER, "boiler", {"name": "b1"})["state"] == "cold"


def test_what_the_controller_adds_for_itself_is_no_argument() -> None:
    assert "_ansible_check_mode" not in checked(BOILER, "boiler", {"name": "b1", "_ansible_check_mode": True})


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = examined(BOILER, "boiler", {"nmae": "b1", "state": "warm", "user": "me"})[1]
    assert [message.split(":")[0] for message in wrong] == [
        "Unsupported parameters for (boiler) module",
        "missing required arguments",
        "value of state must be one of",
        "parameters are required together",
        "one of the following is required",
    ]


def test_a_template_counts_as_given_whatever_it_will_be() -> None:
    later = Template("{{ later }}")
    assert examined(BOILER, "boiler", {"name": later, "state": later, "degrees": later, "burner": later})[1] == []
    wrong = examined(BOILER, "boiler", {"name": "b1", "gas": later, "oil": later})[1]
    assert wrong == ["parameters are mutually exclusive: gas, oil"]


def test_a_template_that_may_be_omitted_excludes_nothing() -> None:
    maybe = Template("{{ later | default(omit) }}")
    assert examined(BOILER, "boiler", {"name": maybe, "gas": maybe, "oil": "1", "user": maybe})[1] == []


def test_a_private_option_passes_where_the_script_cannot_show_all() -> None:
    options: dict[str, Any] = {"options": {"path": {}}}
    assert checked(Spec.of(options, "legacy"), "m", {"_copy_mode": "single"})["_copy_mode"] == "single"
    with pytest.raises(ArgumentError, match="_copy_mode"):
        checked(Spec.of(options, "literal"), "m", {"_copy_mode": "single"})
