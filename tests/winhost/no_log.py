# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that a module's spec marks with no_log, taken out of what the module answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

INSTEAD = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class ArgumentOption(Protocol):
    @property
    def aliases(self) -> tuple[str, ...]: ...

    @property
    def no_log(self) -> bool: ...

    @property
    def options(self) -> Mapping[str, Any]: ...


def secrets(options: Mapping[str, ArgumentOption], arguments: Any) -> Iterator[str]:
    """The values of no_log options, at any depth."""
    for one in arguments if isinstance(arguments, list) else [arguments]:
        for name, option in options.items():
            value = one.get(name) if isinstance(one, Mapping) else None
            if option.no_log and isinstance(value, (str, int, float)) and str(value):
                yield str(value)
            if option.options and value is not None:
                yield from secrets(option.options, value)


def without(hidden: frozenset[str], values: Any) -> Any:
    if isinstance(values, Mapping):
        return {name: without(hidden, value) for name, value in values.items()}
    if isinstance(values, list):
        return [without(hidden, value) for value in values]
    if str(values) in hidden:
        return INSTEAD
    if isinstance(values, str):
        for secret in hidden:
            values = values.replace(secret, "********")
    return values
