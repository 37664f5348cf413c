# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of NUnit 2: nested suites that hand their categories down. Private to hybrid.rollout."""

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
    "Success": PASSED,
    "Failure": FAILED,
    "Error": FAILED,
    "Cancelled": FAILED,
    "NotRunnable": FAILED,
    "Ignored": SKIPPED,
    "Skipped": SKIPPED,
    "Inconclusive": INCONCLUSIVE,
}


def read(document: Document) -> Report:
    root = document.root
    cases: list[Case] = []
    faults: list[str] = []
    for suite in root.findall("test-suite"):
        _walk(suite, (), cases, faults)
    faults += compare(cases, number(root, "total"), number(root, "errors", "failures"))
    return Report(tuple(cases), tuple(faults), sum(seconds(suite.get("time")) for suite in root.findall("test-suite")))


def _walk(suite: Element, inherited: tuple[str, ...], cases: list[Case], faults: list[str]) -> None:
    """Collect what is below ``suite``. A suite that failed although its tests did not is a fault of its own."""
    categories = inherited + _categories(suite)
    before = len(cases)
    known = len(faults)
    for child in suite.iterfind("results/*"):
        if child.tag == "test-case":
            cases.append(_case(child, categories, _message(suite)))
        elif child.tag == "test-suite":
            _walk(child, categories, cases, faults)
    if _outcome(suite) == FAILED and not counted(cases[before:])[FAILED] and len(faults) == known:
        faults.append(f"suite {suite.get('name', '')}: {_message(suite) or suite.get('result') or 'it failed'}")


def _case(case: Element, inherited: tuple[str, ...], of_the_suite: str) -> Case:
    """Of a fixture that could not be set up, each test says only that, and the fixture why."""
    message = _message(case)
    if message.startswith("TestFixtureSetUp failed") and of_the_suite:
        message = f"{message}: {of_the_suite}"
    return Case(case.get("name", ""), _outcome(case), inherited + _categories(case), message)


def _outcome(element: Element) -> str:
    """Files from before NUnit 2.5 have no result, but tell whether it was executed and a success."""
    result = element.get("result")
    if result is None:
        if element.get("executed") == "False":
            return SKIPPED
        return PASSED if element.get("success") == "True" else FAILED
    return meaning(OUTCOMES, result, element.get("name", ""))


def _categories(element: Element) -> tuple[str, ...]:
    return tuple(category.get("name", "") for category in element.iterfind("categories/category"))


def _message(element: Element) -> str:
    return words(element, "failure/message", "reason/message")
