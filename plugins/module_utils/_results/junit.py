# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of JUnit and of the many runners that write its format: suites in suites, no categories. Private to hybrid.rollout.

A property named category or tag, of a test or of a suite around it, is taken for a category.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import Document
from ansible_collections.hybrid.rollout.plugins.module_utils._results.elements import (
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

CATEGORY_PROPERTIES = ("category", "tag")
NOT_RUN = ("notrun", "disabled")


def read(document: Document) -> Report:
    cases: list[Case] = []
    faults: list[str] = []
    _walk(document.root, (), cases, faults)
    return Report(tuple(cases), tuple(faults), _duration(document.root))


def _walk(suite: Element, inherited: tuple[str, ...], cases: list[Case], faults: list[str]) -> None:
    categories = inherited + _categories(suite)
    before: int = len(cases)
    known = len(faults)
    for child in suite:
        if child.tag == "testcase":
            cases.append(_case(child, categories))
        elif child.tag == "testsuite":
            _walk(child, categories, cases, faults)
        elif child.tag in ("error", "failure"):
            faults.append(f"suite {suite.get('name', '')}: {_message(child) or child.tag}")
    said = compare(cases[before:], number(suite, "tests"), number(suite, "failures", "errors"))
    if len(faults) == known:
        faults += said


def _case(case: Element, inherited: tuple[str, ...]) -> Case:
    name = ".".join(part for part in (case.get("classname"), case.get("name")) if part)
    categories = inherited + _categories(case)
    bad = [child for child in case if child.tag in ("failure", "error")]
    if bad:
        return Case(name, FAILED, categories, "; ".join(_message(child) for child in bad))
    skipped = case.find("skipped")
    if skipped is not None:
        return Case(name, SKIPPED, categories, _message(skipped))
    if case.get("status") in NOT_RUN:
        return Case(name, SKIPPED, categories)
    return Case(name, PASSED, categories)


def _categories(element: Element) -> tuple[str, ...]:
    properties = element.iterfind("properties/property")
    return tuple(
        found.get("value") or words(found, ".")
        for found in properties
        if (found.get("name") or "").lower() in CATEGORY_PROPERTIES
    )


def _duration(root: Element) -> float:
    """What the outermost elements say that have a time; the root often has none."""
    if root.get("time"):
        return seconds(root.get("time"))
    return sum(seconds(suite.get("time")) for suite in root.findall("testsuite"))


def _message(element: Element) -> str:
    return (element.get("message") or element.text or "").strip()
