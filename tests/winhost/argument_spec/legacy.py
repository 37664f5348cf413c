# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an older module, which has no spec: the Get-AnsibleParam calls in its script.

On Windows such a module ignores every other option without a word. Here it is refused: that is stricter, on purpose.
"""

from __future__ import annotations

import re
from typing import Any, Optional

from .spec import Spec

CALL = re.compile(r"^(?P<before>[^\n]*?)Get-AnsibleParam\b(?P<words>[^\n]*)", re.MULTILINE | re.IGNORECASE)
NAME = re.compile(r"""(?:-name|^\s*(?:-obj\s+)?\$\w+)\s+["']?(\w+)["']?""", re.IGNORECASE)
TYPE = re.compile(r"""-type\s+["']?(\w+)["']?""", re.IGNORECASE)
REQUIRED = re.compile(r"-failifempty\s+\$(?:true|result)\b", re.IGNORECASE)
DEFAULT = re.compile(r"""-default\s+(?:\$(true|false)\b|["']([^"'$]*)["']|(\d+)\b)""", re.IGNORECASE)
CHECK_MODE = re.compile(r"-supports_check_mode\s+\$true\b", re.IGNORECASE)


def scan(script: str) -> Optional[Spec]:
    text = re.sub(r"`\r?\n", " ", re.sub(r"<#.*?#>|^\s*#[^\n]*", "", script, flags=re.DOTALL | re.MULTILINE))
    options: dict[str, dict[str, Any]] = {}
    for call in CALL.finditer(text):
        name = NAME.search(call["words"])
        if name and not name[1].startswith("_ansible"):
            # A call that is indented stands behind a condition: it requires nothing always.
            options.setdefault(name[1], option(call["words"], always=not call["before"][:1].isspace()))
    return (
        Spec.of({"options": options, "supports_check_mode": bool(CHECK_MODE.search(text))}, "legacy")
        if options
        else None
    )


def option(words: str, always: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "required": bool(always and REQUIRED.search(words)),
        "choices": names(words, "validateset"),
        "aliases": names(words, "aliases"),
    }
    kind = TYPE.search(words)
    # Without a type the value stays what it is.
    found["type"] = kind[1].lower() if kind else "raw"
    default = DEFAULT.search(words)
    if default:
        flag, text, number = default.groups()
        found["default"] = flag.lower() == "true" if flag else text if text is not None else int(number)
    return found


def names(words: str, parameter: str) -> list[str]:
    found = re.search(rf"""-{parameter}\s+@?\(?\s*((?:["'][^"']*["']\s*,?\s*)+)""", words, re.IGNORECASE)
    return re.findall(r"""["']([^"']*)["']""", found[1]) if found else []
