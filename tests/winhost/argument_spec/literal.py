# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell literals as Python values: hashtables, arrays, strings, numbers, constants, and variables of the script that hold such.

What only PowerShell could compute (a method call, a pipeline, a script block) becomes Opaque: known to be there, not what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .tokens import CLOSING, OPENING, Token, tokens

CONSTANTS = {"true": True, "false": False, "null": None}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True)
class Opaque:
    text: str


class Unparsable(Exception):
    """The text is not a literal, and where it stops to be one."""


class Literal:
    """One expression, read from a place in a script."""

    def __init__(self, script: str, at: int, variable: Callable[[str], Any]) -> None:
        self.script = script
        self.variable = variable
        self.tokens = tokens(script, at)
        self.read: list[Token] = []
        self.place = 0

    def ahead(self) -> Token:
        if self.place == len(self.read):
            self.read.append(next(self.tokens))
        return self.read[self.place]

    def take(self) -> Token:
        token = self.ahead()
        self.place += 1
        return token

    def skip_ends(self) -> None:
        while self.ahead().kind == "end":
            self.place += 1

    def stop(self, wanted: str) -> Unparsable:
        token = self.ahead()
        return Unparsable(f"line {self.script.count(chr(10), 0, token.at) + 1}: {wanted}, not {token.text!r}")

    def expression(self) -> Any:
        """Comma binds tighter than plus, as in PowerShell."""
        value = self.joined()
        while self.ahead().kind == "plus":
            self.take()
            self.skip_ends()
            value = added(value, self.joined())
        return value

    def joined(self) -> Any:
        values = [self.unary()]
        while self.ahead().kind == "comma":
            self.take()
            self.skip_ends()
            values.append(self.unary())
        return values if len(values) > 1 else values[0]

    def unary(self) -> Any:
        if self.ahead().kind == "comma":
            self.take()
            self.skip_ends()
            return [self.unary()]
        value = self.value()
        while self.ahead().kind == "member":
            name = self.take().text[1:]
            value = value.get(name, Opaque(name)) if isinstance(value, dict) else Opaque(name)
        return value

    def value(self) -> Any:
        kind, text, _at = self.ahead()
        if kind == "single":
            self.take()
            return text[1:-1].replace("''", "'")
        if kind == "double":
            self.take()
            return unescaped(text[1:-1])
        if kind == "number":
            self.take()
            return float(text) if "." in text else int(text, 0)
        if kind == "variable":
            self.take()
            name = text[1:].lower()
            return CONSTANTS[name] if name in CONSTANTS else self.variable(name)
        if kind == "cast":
            self.take()
            return self.value()
        if kind == "table":
            return self.table()
        if kind in ("array", "open"):
            return self.array()
        raise self.stop("a value")

    def array(self) -> Any:
        """Each statement in @( ) gives its elements: an array in it stays one only behind a comma of its own."""
        kind, elements = self.take().kind, []
        self.skip_ends()
        while self.ahead().kind != "close":
            value = self.expression()
            if kind == "open":
                self.skip_ends()
                if self.ahead().kind != "close":
                    raise self.stop("a )")
                self.take()
                return value
            elements += value if isinstance(value, list) else [value]
            if self.ahead().kind not in ("end", "close"):
                raise self.stop("the end of an element")
            self.skip_ends()
        self.take()
        return elements

    def table(self) -> dict[str, Any]:
        self.take()
        entries: dict[str, Any] = {}
        self.skip_ends()
        while self.ahead().kind != "unblock":
            if self.ahead().kind not in ("word", "number", "single", "double"):
                raise self.stop("a key")
            key = self.take()
            if self.ahead().kind != "equals":
                raise self.stop("a = after " + key.text)
            self.take()
            self.skip_ends()
            entries[key.text.strip("'\"")] = self.entry()
            self.skip_ends()
        self.take()
        return entries

    def entry(self) -> Any:
        start = self.place
        try:
            value = self.expression()
            if self.ahead().kind in ("end", "unblock"):
                return value
        except Unparsable:
            pass
        self.place = start
        return self.opaque()

    def opaque(self) -> Opaque:
        first, depth = self.ahead(), 0
        while depth or self.ahead().kind not in ("end", "unblock"):
            token = self.take()
            if not token.kind:
                self.place -= 1
                raise self.stop("the end of what began with " + repr(first.text))
            depth += (token.kind in OPENING) - (token.kind in CLOSING)
        return Opaque(self.script[first.at : self.ahead().at].strip())


def unescaped(text: str) -> Any:
    if re.search(r"(?<!`)\$[\w({]", text):
        return Opaque(f'"{text}"')
    return re.sub(r"`(.)", lambda m: ESCAPES.get(m[1], m[1]), text.replace('""', '"'), flags=re.DOTALL)


def added(left: Any, right: Any) -> Any:
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return Opaque("+")
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if isinstance(left, list):
        return left + (right if isinstance(right, list) else [right])
    if type(left) is type(right) and isinstance(left, (str, int, float)):
        return left + right
    return Opaque("+")
