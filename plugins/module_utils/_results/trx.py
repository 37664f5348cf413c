# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of MSTest and ``dotnet test`` (TRX): the summary can be worse than the tests. Private to hybrid.rollout."""

from __future__ import annotations

from datetime import datetime
from typing import Optional
from xml.etree.ElementTree import Element

from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import Document
from ansible_collections.hybrid.rollout.plugins.module_utils._results.elements import (
    meaning,
    number,
    words,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import (
    FAILED,
    INCONCLUSIVE,
    PASSED,
    SKIPPED,
    Case,
    Report,
    Unreadable,
    compare,
    counted,
)

OUTCOMES = {
    "Passed": PASSED,
    **dict.fromkeys(
        ["Failed", "Error", "Timeout", "Aborted", "PassedButRunAborted", "Disconnected", "NotRunnable"], FAILED
    ),
    "NotExecuted": SKIPPED,
    **dict.fromkeys(["Inconclusive", "Warning", "Completed", "InProgress", "Pending"], INCONCLUSIVE),
}
RESULTS = ("UnitTestResult", "TestResultAggregation", "GenericTestResult", "WebTestResult", "ManualTestResult")
# With these the tests speak for themselves; every other outcome of a run is a fault of its own.
SOUND_RUN = ("Completed", "Passed", "Warning", "Inconclusive", "NotExecuted")


def read(document: Document) -> Report:
    root = document.root
    summary = root.find("ResultSummary")
    if summary is None:
        raise Unreadable("it is incomplete: it has no ResultSummary, which is written when a run ends")
    definitions = {test.get("id", ""): test for test in root.iterfind("TestDefinitions/*")}
    results = [found for found in root.iterfind("Results//*") if found.tag in RESULTS]
    judged = {found: _case(found, definitions) for found in results}
    all_results = list(judged.values())
    cases = [case for found, case in judged.items() if not _told_by_inner_results(found, case, judged)]
    counters = summary.find("Counters")
    if counters is not None:
        compare(all_results, number(counters, "total"), 0)
    return Report(tuple(cases), tuple(_faults(summary, counters, all_results)), _duration(root))


def _case(result: Element, definitions: dict[str, Element]) -> Case:
    definition = definitions.get(result.get("testId", ""))
    name = result.get("testName", "")
    categories: tuple[str, ...] = ()
    if definition is not None:
        method = definition.find("TestMethod")
        owner = method.get("className", "").partition(",")[0] if method is not None else ""
        name = name if not owner or name.startswith(f"{owner}.") else f"{owner}.{name}"
        categories = tuple(
            found.get("TestCategory", "") for found in definition.iterfind("TestCategory/TestCategoryItem")
        )
    # The outcome is left out where it is Error, the first word of the format's own list.
    outcome = meaning(OUTCOMES, result.get("outcome") or "Error", name)
    return Case(name, outcome, categories, words(result, "Output/ErrorInfo/Message", "Output/StdOut"))


def _told_by_inner_results(result: Element, case: Case, judged: dict[Element, Case]) -> bool:
    """A test over rows of data has a result for each row within its own, which counts only if no row explains it."""
    inner = [judged[found] for found in result.iterfind("InnerResults//*") if found in judged]
    return bool(inner) and (case.outcome != FAILED or bool(counted(inner)[FAILED]))


def _faults(summary: Element, counters: Optional[Element], all_results: list[Case]) -> list[str]:
    outcome = summary.get("outcome", "")
    told = [
        words(info, "Text") for info in summary.iterfind("RunInfos/RunInfo") if info.get("outcome") not in SOUND_RUN
    ]
    failed = counted(all_results)[FAILED]
    if outcome not in SOUND_RUN and (told or outcome != "Failed" or not failed):
        return [": ".join([f"the run ended as {outcome or 'nothing'}", *told])]
    if told:
        return [f"the run reports: {'; '.join(told)}"]
    if counters is None:
        return []
    said = number(counters, "failed", "error", "timeout", "aborted", "passedButRunAborted", "disconnected")
    return compare(all_results, 0, said)


def _duration(root: Element) -> float:
    """From the run's start to its end; a time that cannot be read is nothing that is judged."""
    times = root.find("Times")
    if times is None:
        return 0.0
    try:
        start, finish = (datetime.fromisoformat(_micro(times.get(name, ""))) for name in ("start", "finish"))
        return round((finish - start).total_seconds(), 3)
    except (TypeError, ValueError):
        return 0.0


def _micro(given: str) -> str:
    """A time with seven digits behind the second and a Z, as Python 3.9 can read it."""
    head, dot, rest = given.replace("Z", "+00:00").partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6]:0<6}{rest[digits:]}" if dot else head
