# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of NUnit 3: the run, its assemblies and fixtures can fail apart from their tests. Private to hybrid.rollout."""

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
    INCONCLUSIVE,
    PASSED,
    SKIPPED,
    Case,
    Report,
    compare,
    counted,
)

OUTCOMES = {
    "Passed": PASSED,
    "Warning": PASSED,
    "Failed": FAILED,
    "Skipped": SKIPPED,
    "Inconclusive": INCONCLUSIVE,
}


def read(document: Document) -> Report:
    root = document.root
    cases: list[Case] = []
    faults: list[str] = []
    for suite in root.findall("test-suite"):
        _walk(suite, (), cases, faults)
    faults += compare(cases, number(root, "total"), number(root, "failed"))
    if root.get("result") == "Failed" and not counted(cases)[FAILED] and not faults:
        faults.append(f"the run as a whole: {_label(root)}")
    return Report(tuple(cases), tuple(faults), seconds(root.get("duration")))


def _walk(suite: Element, inherited: tuple[str, ...], cases: list[Case], faults: list[str]) -> None:
    """Collect what is below ``suite``. What its tests do not explain is a fault of its own: nothing in it could be
    run, or its teardown failed after them."""
    categories = inherited + _categories(suite)
    before, known = len(cases), len(faults)
    for child in suite:
        if child.tag == "test-case":
            cases.append(_case(child, categories))
        elif child.tag == "test-suite":
            _walk(child, categories, cases, faults)
    if suite.get("result") != "Failed":
        return
    explained = counted(cases[before:])[FAILED] or len(faults) > known
    if suite.get("site") == "TearDown" or not explained:
        label = _label(suite)
        faults.append(f"suite {suite.get('name', '')}: {label}: {_message(suite)}".rstrip(": "))


def _case(case: Element, inherited: tuple[str, ...]) -> Case:
    name = case.get("fullname", case.get("name", ""))
    outcome = meaning(OUTCOMES, case.get("result", ""), name)
    return Case(name, outcome, inherited + _categories(case), _message(case))


def _categories(element: Element) -> tuple[str, ...]:
    properties = element.iterfind("properties/property")
    return tuple(found.get("value", "") for found in properties if found.get("name") == "Category")


def _label(element: Element) -> str:
    return element.get("label", element.get("result", ""))


def _message(element: Element) -> str:
    return words(element, "failure/message", "reason/message")
