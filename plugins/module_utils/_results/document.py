# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of unknown origin, read without a document type, entities, or more than memory can hold. Private to hybrid.rollout.

Expat is asked directly, because its handlers see a document type before anything in it has an effect, in any encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Unreadable

MAX_DEPTH = 200
MAX_ELEMENTS = 2_000_000


@dataclass(frozen=True)
class Document:
    """The root with everything below it; names are without their namespace, which is the root's."""

    root: Element
    namespace: str


class _Builder:
    """Expat's handlers over ElementTree's own builder of trees."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self.namespace = ""
        self.depth = 0
        self.elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _bracket, local = name.rpartition("}")
        self.namespace = self.namespace if self.elements else namespace
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"its elements are more than {MAX_DEPTH} deep, which no test runner writes")
        if self.elements > MAX_ELEMENTS:
            raise Unreadable(f"it has more than {MAX_ELEMENTS} elements")
        self.tree.start(local, {key: value for key, value in attributes.items() if "}" not in key})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name.rpartition("}")[2])

    def data(self, text: str) -> None:
        self.tree.data(text)

    def doctype(self, *declaration: object) -> NoReturn:
        raise Unreadable(
            "it declares a document type (DOCTYPE), through which XML can read other files or fill the memory. No test "
            "runner writes one, so it was not read further"
        )


def parse(content: bytes) -> Document:
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable(f"it is not whole XML, or is no XML: {error}") from error
    return Document(builder.tree.close(), builder.namespace)
