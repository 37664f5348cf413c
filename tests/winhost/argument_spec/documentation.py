# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's options as its documentation says them: for a script that does not show its own, and for an action plugin's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .spec import Option, Requirements, Spec


def documented(said: Mapping[str, Any]) -> Spec:
    # `free_form` is only the documentation's word for what stands without a name.
    options = {name: option(one) for name, one in (said.get("options") or {}).items() if name != "free_form"}
    check_mode = said.get("attributes", {}).get("check_mode", {}).get("support")
    return Spec(options, Requirements(), check_mode in ("full", "partial"), "documentation")


def option(said: Mapping[str, Any]) -> Option:
    known = {
        name: said[name] for name in ("type", "required", "default", "choices", "aliases", "elements") if name in said
    }
    inner = said.get("suboptions") or {}
    return dataclasses.replace(Option.of(known), options={name: option(one) for name, one in inner.items()})


def completed(spec: Spec, said: Spec, names: bool) -> Spec:
    """The script's word, and of the documentation what the script leaves open: choices that it computes, and, where asked, names."""
    options = dict(spec.options)
    for name, other in said.options.items():
        own = options.get(name)
        if own is None and names:
            options[name] = dataclasses.replace(other, required=False)
        elif own is not None and own.choices is None:
            options[name] = dataclasses.replace(own, choices=other.choices)
    return dataclasses.replace(spec, options=options)
