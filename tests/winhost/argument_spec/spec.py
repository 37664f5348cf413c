# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's argument spec: options, and what they require of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .literal import Opaque


class RequiredIf(NamedTuple):
    option: str
    value: Any
    needed: tuple[str, ...]
    any_of_them: bool


@dataclass(frozen=True)
class Requirements:
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    required_together: tuple[tuple[str, ...], ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    required_if: tuple[RequiredIf, ...] = ()
    required_by: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Requirements:
        return cls(
            mutually_exclusive=names(raw.get("mutually_exclusive")),
            required_together=names(raw.get("required_together")),
            required_one_of=names(raw.get("required_one_of")),
            required_if=tuple(
                RequiredIf(rule[0], rule[1], listed(rule[2]), len(rule) > 3 and bool(rule[3]))
                for rule in groups(raw.get("required_if"))
            ),
            required_by={name: listed(needed) for name, needed in (raw.get("required_by") or {}).items()},
        )


@dataclass(frozen=True)
class Option:
    type: Optional[str] = "str"  # None: a conversion that only the module knows
    required: bool = False
    default: Any = None
    choices: Optional[tuple[Any, ...]] = ()  # None: computed by the module
    aliases: tuple[str, ...] = ()
    elements: Optional[str] = None
    options: dict[str, Option] = field(default_factory=dict)
    requirements: Requirements = field(default_factory=Requirements)
    apply_defaults: bool = False
    no_log: bool = False

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Option:
        choices = raw.get("choices")
        return cls(
            type=known(raw.get("type", "str")),
            required=raw.get("required") is True,
            default=known(raw.get("default")),
            choices=None if isinstance(choices, Opaque) else listed(choices),
            aliases=listed(known(raw.get("aliases"))),
            elements=known(raw.get("elements")),
            options=options_of(raw.get("options")),
            requirements=Requirements.of(raw),
            apply_defaults=raw.get("apply_defaults") is True,
            no_log=raw.get("no_log") is True,
        )


@dataclass(frozen=True)
class Spec:
    options: dict[str, Option]
    requirements: Requirements
    supports_check_mode: bool
    source: str  # literal, legacy or documentation
    takes_others: bool = False  # options that only the member can know

    @classmethod
    def of(cls, raw: Mapping[str, Any], source: str) -> Spec:
        return cls(options_of(raw.get("options")), Requirements.of(raw), raw.get("supports_check_mode") is True, source)


def options_of(raw: Any) -> dict[str, Option]:
    return {name: Option.of(option) for name, option in raw.items()} if isinstance(raw, Mapping) else {}


def known(value: Any) -> Any:
    return None if isinstance(value, Opaque) else value


def listed(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def groups(raw: Any) -> list[Any]:
    """PowerShell makes one group of @(@('a', 'b')): it means a list with that group."""
    if not raw or isinstance(raw, Opaque):
        return []
    return raw if isinstance(raw[0], list) else [raw]


def names(raw: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(listed(group) for group in groups(raw))
