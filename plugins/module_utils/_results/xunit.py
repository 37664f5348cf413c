# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of xUnit.net, version 2 of its format: assemblies, collections, traits. Private to hybrid.rollout."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import Document
from ansible_collections.hybrid.rollout.plugins.module_utils._results.elements import (
    meaning,
    number,
    seconds,
    words,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import (
    FAILED,
    PASSED,
    SKIPPED,
    Case,
    Report,
    compare,
)

OUTCOMES = {"Pass": PASSED, "Fail": FAILED, "Skip": SKIPPED, "NotRun": SKIPPED}


def read(document: Document) -> Report:
    root = document.root
    assemblies = [root] if root.tag == "assembly" else root.findall("assembly")
    cases: list[Case] = []
    faults: list[str] = []
    for assembly in assemblies:
        mine = [_case(test) for test in assembly.iterfind("collection/test")]
        faults += compare(mine, number(assembly, "total"), number(assembly, "failed"))
        faults += _errors(assembly)
        cases += mine
    return Report(tuple(cases), tuple(faults), sum(seconds(assembly.get("time")) for assembly in assemblies))


def _case(test: Element) -> Case:
    name = test.get("name", "")
    categories = tuple(
        trait.get("value", "")
        for trait in test.iterfind("traits/trait")
        if (trait.get("name") or "").lower() == "category"
    )
    outcome = meaning(OUTCOMES, test.get("result", ""), name)
    return Case(name, outcome, categories, words(test, "failure/message", "reason"))


def _errors(assembly: Element) -> list[str]:
    """Errors outside tests: constructors and cleanup of fixtures, collections and the assembly."""
    told = [
        f"{error.get('type', 'error')} {error.get('name', '')}: {words(error, 'failure/message')}"
        for error in assembly.iterfind("errors/error")
    ]
    said = number(assembly, "errors")
    return told if told or not said else [f"the file says {said} errors outside its tests, and shows none"]
