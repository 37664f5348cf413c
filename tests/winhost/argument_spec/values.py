# SPDX-License-Identifier: GPL-3.0-or-later
"""Given values as the types of Ansible.Basic; a template is known to be given, not what it will be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

TRUE = {"y", "yes", "on", "1", "true", "t", "1.0"}
FALSE = {"n", "no", "off", "0", "false", "f", "0.0"}
FORBIDDEN_IN_PATHS = set('<>:"|?*')
PAIR = re.compile(r"""([^\s,=]+)=("[^"]*"|'[^']*'|[^\s,]*)""")


@dataclass(frozen=True)
class Template:
    """A value that is made at run time, out of `{{ }}` or a vault."""

    text: str

    @property
    def may_be_omitted(self) -> bool:
        return re.search(r"\bomit\b", self.text) is not None


def converted(value: Any, kind: Optional[str]) -> Any:
    """Raises ValueError with what the type wants."""
    if isinstance(value, Template) or value is None:
        return value
    convert = CONVERSIONS.get(kind or "")
    return convert(value) if convert else value


def text(value: Any) -> Any:
    return value if isinstance(value, (str, Mapping, list)) else str(value)


def boolean(value: Any) -> bool:
    if str(value).lower() in TRUE | FALSE:
        return str(value).lower() in TRUE
    raise ValueError(
        f"The value '{value}' is not a valid boolean. Valid booleans include: yes, no, true, false, 1, 0, on, off"
    )


def dictionary(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    pairs = PAIR.findall(value) if isinstance(value, str) else []
    if not pairs:
        raise ValueError(f"{type(value).__name__} cannot be converted to a dict")
    return {key: word.strip("\"'") for key, word in pairs}


def elements(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",")]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def path(value: Any) -> str:
    text = str(value)
    rest = re.sub(r"^[A-Za-z]:", "", text)
    if not text.startswith("\\\\?\\") and FORBIDDEN_IN_PATHS & set(rest):
        raise ValueError(
            f"string value '{text}' is not a valid path: {' '.join(sorted(FORBIDDEN_IN_PATHS & set(rest)))}"
        )
    return text


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "bool": boolean,
    "int": int,
    "float": float,
    "dict": dictionary,
    "list": elements,
    "path": path,
    "str": text,
    "sid": text,
}
