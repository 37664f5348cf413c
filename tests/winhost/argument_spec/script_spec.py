# SPDX-License-Identifier: GPL-3.0-or-later
"""The spec that a script passes to AnsibleModule::Create, with the fragments it takes from module_utils."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Optional

from . import legacy
from .literal import Opaque, Unparsable
from .spec import Spec, groups
from .variables import assigned, literal

CREATE = re.compile(
    r"\[(?:Ansible\.Basic\.)?AnsibleModule\]::Create\(\s*\$args\s*,\s*(?P<spec>\$\w+|@\{)", re.IGNORECASE
)
FRAGMENTS = re.compile(r"@\(\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*\)\s*\)")
GROUPS = ("mutually_exclusive", "required_together", "required_one_of", "required_if")


class NoSpec(Exception):
    """The script does not show which arguments it takes, and why."""


def read(script: str, utils: Mapping[str, str]) -> Spec:
    created = CREATE.search(script)
    if created is None:
        scanned = legacy.scan(script)
        if scanned is None:
            raise NoSpec("the script neither calls AnsibleModule::Create nor Get-AnsibleParam")
        return scanned
    raw = passed(script, created)
    tail = script[created.end() :].partition("\n")[0] if created["spec"] != "@{" else ""
    for names in FRAGMENTS.findall(tail):
        for name in re.split(r"\s*,\s*", names):
            raw = merged(raw, fragment(name, {"the script": script, **utils}))
    return Spec.of(raw, "literal")


def passed(script: str, created: re.Match[str]) -> dict[str, Any]:
    name = created["spec"]
    try:
        raw = assigned(script, name[1:], created.start()) if name != "@{" else literal(script, created.start("spec"))
    except Unparsable as error:
        raise NoSpec(str(error)) from error
    if isinstance(raw, Opaque):
        raise NoSpec(f"the spec of AnsibleModule::Create is not a literal: {raw.text}")
    if not isinstance(raw, dict) or isinstance(raw.get("options"), Opaque):
        raise NoSpec("the options of the spec are not a literal")
    return raw


def fragment(name: str, scripts: Mapping[str, str]) -> dict[str, Any]:
    """What a function of that name returns: the first hashtable after its comments and parameters."""
    for where, text in scripts.items():
        body = function_body(name, text)
        if body is None:
            continue
        try:
            raw = literal(text, body)
        except Unparsable as error:
            raise NoSpec(f"{name} in {where}, {error}") from error
        if isinstance(raw, dict):
            return raw
    raise NoSpec(f"the spec's fragment {name} is in no module_utils")


def function_body(name: str, text: str) -> Optional[int]:
    head = re.compile(rf"^\s*function\s+{re.escape(name)}\b\s*\{{(?:\s|<#.*?#>|#[^\n]*)*", re.I | re.M | re.S)
    found = head.search(text)
    table = re.compile(r"@\{").search(text, found.end()) if found else None
    return table.start() if table else None


def merged(spec: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """As Ansible.Basic does: the module's own word on an option stands, and groups add up."""
    own = spec.get("options") or {}
    options = dict(own)
    for name, option in (part.get("options") or {}).items():
        options[name] = {**option, **own.get(name, {})}
    added = {name: [*groups(spec.get(name)), *groups(part.get(name))] for name in GROUPS}
    return {**part, **spec, "options": options, **added}
