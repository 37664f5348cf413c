# SPDX-License-Identifier: GPL-3.0-or-later
"""What options require of each other, in the words of Ansible.Basic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .spec import RequiredIf, Requirements
from .values import Template


def certain(values: Mapping[str, Any], name: str) -> bool:
    """Given for sure: a template with `omit` in it may end as nothing."""
    value = values.get(name)
    return value is not None and not (isinstance(value, Template) and value.may_be_omitted)


def absent(values: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [name for name in names if values.get(name) is None]


def excluded(rules: Requirements, given: Mapping[str, Any]) -> Iterator[str]:
    for group in rules.mutually_exclusive:
        if sum(certain(given, name) for name in group) > 1:
            yield f"parameters are mutually exclusive: {', '.join(group)}"


def lacking(rules: Requirements, values: Mapping[str, Any]) -> Iterator[str]:
    for group in rules.required_together:
        if any(certain(values, name) for name in group) and absent(values, group):
            yield f"parameters are required together: {', '.join(group)}"
    for group in rules.required_one_of:
        if len(absent(values, group)) == len(group):
            yield f"one of the following is required: {', '.join(group)}"
    for rule in rules.required_if:
        yield from lacking_where(rule, values)
    for name, needed in rules.required_by.items():
        if certain(values, name) and absent(values, needed):
            yield f"missing parameter(s) required by '{name}': {', '.join(absent(values, needed))}"


def lacking_where(rule: RequiredIf, values: Mapping[str, Any]) -> Iterator[str]:
    value = values.get(rule.option)
    if value is None or isinstance(value, Template) or str(value).lower() != str(rule.value).lower():
        return
    missing = absent(values, rule.needed)
    enough = len(rule.needed) if rule.any_of_them else 1
    if len(missing) >= enough:
        words = "any" if rule.any_of_them else "all"
        yield f"{rule.option} is {rule.value} but {words} of the following are missing: {', '.join(missing)}"
