# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a changelog of Liquibase in XML or JSON, in its order. Private to hybrid.rollout.

Of a changeset only its attributes are read: what it changes is in a model that only Liquibase has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

ROOT = "databaseChangeLog"


@dataclass
class Entries:
    """Pairs of a kind (changeSet, include, includeAll) and its attributes, by their names in lower case."""

    of_root: dict[str, str] = field(default_factory=dict)
    in_order: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Handlers:
    def __init__(self, file: str) -> None:
        self.file = file
        self.above: list[str] = []
        self.found = Entries()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        plain = _plain(attributes)
        if not self.above:
            self.found.of_root = plain
            if local != ROOT:
                raise BadInput(
                    f"{self.file}: its first element is <{local}>; a changelog of Liquibase begins with <{ROOT}>"
                )
        elif self.above in ([ROOT], [ROOT, "modifyChangeSets"]):
            self.found.in_order.append((local, plain))
        self.above.append(local)

    def end(self, _name: str) -> None:
        self.above.pop()

    def doctype(self, *_declaration: object) -> NoReturn:
        raise BadInput(f"{self.file}: it declares a document type (DOCTYPE), which is not followed: take it out")


def of_xml(content: bytes, file: str) -> Entries:
    handlers = _Handlers(file)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.StartDoctypeDeclHandler = handlers.doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadInput(f"{file} is no XML that can be read: {error}") from error
    return handlers.found


def of_json(content: bytes, file: str) -> Entries:
    try:
        read = json.loads(content.decode("utf-8-sig"))
        entries = [next(iter(entry.items())) for entry in read[ROOT]]
        return Entries({}, [(kind, _plain(said)) for kind, said in entries if isinstance(said, dict)])
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise BadInput(f"{file} is no changelog of Liquibase in JSON: {error!r}") from error


def _plain(said: Mapping[str, Any]) -> dict[str, str]:
    """Attributes alone; JSON has them beside what a changeset does, and writes true where XML has a word."""
    return {name.lower(): str(value) for name, value in said.items() if isinstance(value, (str, int, bool))}
