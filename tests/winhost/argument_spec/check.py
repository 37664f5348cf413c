# SPDX-License-Identifier: GPL-3.0-or-later
"""Given arguments against a spec, in the order and the words of Ansible.Basic.

Not reproduced: the exact wording, warnings about case and age, the corners of type conversion, conversions of a module's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .requirements import excluded, lacking
from .spec import Option, Requirements, Spec
from .values import Template, converted


class ArgumentError(Exception):
    """The module would fail before it did anything, and its message."""


def checked(spec: Spec, module: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the module sees them: real names, defaults, types."""
    arguments, wrong = examined(spec, module, given)
    if wrong:
        raise ArgumentError(wrong[0])
    return arguments


def examined(spec: Spec, module: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The same, and everything that is wrong, the module's own first."""
    passed = {name: value for name, value in given.items() if not name.startswith("_ansible_")}
    ours = {name: value for name, value in passed.items() if takes_unsaid(spec, name)}
    examination = Examination(module)
    asked = {name: value for name, value in passed.items() if name not in ours}
    arguments = examination.level(spec.options, spec.requirements, asked, ())
    return {**arguments, **ours}, examination.wrong


def takes_unsaid(spec: Spec, name: str) -> bool:
    """Private options pass from an action plugin to a module whose spec cannot show them all."""
    return name not in spec.options and (spec.takes_others or (spec.source != "literal" and name.startswith("_")))


class Examination:
    def __init__(self, module: str) -> None:
        self.module = module
        self.wrong: list[str] = []

    def say(self, message: str, within: tuple[str, ...]) -> None:
        self.wrong.append(message + (f" found in {' -> '.join(within)}" if within else ""))

    def level(
        self, options: Mapping[str, Option], rules: Requirements, given: Mapping[str, Any], within: tuple[str, ...]
    ) -> dict[str, Any]:
        values = self.named(options, given, within)
        for message in excluded(rules, values):
            self.say(message, within)
        for name, option in options.items():
            if values.get(name) is None and option.default is not None:
                values[name] = option.default
        missing = [name for name, option in options.items() if option.required and values.get(name) is None]
        if missing:
            self.say(f"missing required arguments: {', '.join(sorted(missing))}", within)
        for name, option in options.items():
            values[name] = self.value(name, option, values.get(name), within)
        for message in lacking(rules, values):
            self.say(message, within)
        for name, option in options.items():
            values[name] = self.inner(name, option, values[name], within)
        return values

    def named(self, options: Mapping[str, Option], given: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
        real = {name.lower(): name for name in options}
        real.update({alias.lower(): name for name, option in options.items() for alias in option.aliases})
        unsupported = [name for name in given if name.lower() not in real]
        if unsupported:
            allowed = ", ".join(sorted(name for name in options if not name.startswith("_")))
            message = f"Unsupported parameters for ({self.module}) module: {', '.join(unsupported)}"
            inside = f" found in {' -> '.join(within)}" if within else ""
            self.wrong.append(f"{message}{inside}. Supported parameters include: {allowed}")
        return {real[name.lower()]: value for name, value in given.items() if name.lower() in real}

    def value(self, name: str, option: Option, value: Any, within: tuple[str, ...]) -> Any:
        try:
            value = converted(value, option.type)
        except (ValueError, TypeError) as error:
            kind = type(value).__name__
            self.say(
                f"argument for {name} is of type {kind} and we were unable to convert to {option.type}: {error}", within
            )
            return value
        chosen = value if isinstance(value, list) else [value]
        allowed = {str(choice).lower() for choice in option.choices or ()}
        strange = [str(one) for one in chosen if not isinstance(one, Template) and str(one).lower() not in allowed]
        if value is not None and allowed and strange:
            several = "one or more of" if option.type == "list" else "one of"
            names = ", ".join(str(choice) for choice in option.choices or ())
            self.say(f"value of {name} must be {several}: {names}. Got no match for: {', '.join(strange)}", within)
        return value

    def inner(self, name: str, option: Option, value: Any, within: tuple[str, ...]) -> Any:
        """Elements of lists, and options within options."""
        if option.type == "dict":
            return self.suboptions(name, option, value, within)
        if option.type != "list" or not isinstance(value, list) or option.elements is None:
            return value
        if option.elements == "dict":
            return [self.suboptions(name, option, element, within) for element in value]
        return [self.element(name, option, element, within) for element in value]

    def element(self, name: str, option: Option, value: Any, within: tuple[str, ...]) -> Any:
        try:
            return converted(value, option.elements)
        except (ValueError, TypeError) as error:
            kind = f"{type(value).__name__} and we were unable to convert to {option.elements}"
            self.say(f"argument for list entry {name} is of type {kind}: {error}", within)
            return value

    def suboptions(self, name: str, option: Option, value: Any, within: tuple[str, ...]) -> Any:
        if value is None and option.apply_defaults and option.options:
            value = {}
        if value is None or not option.options or isinstance(value, Template):
            return value
        try:
            given = converted(value, "dict")
        except ValueError as error:
            self.say(f"argument for {name} is not a dict: {error}", within)
            return value
        return self.level(option.options, option.requirements, given, (*within, name))
