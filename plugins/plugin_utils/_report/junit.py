# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict as JUnit XML: one test case per member, as AWX, Jenkins and GitLab show it. Private to hybrid.rollout."""

from __future__ import annotations

import re
from typing import Any, Optional
from xml.etree.ElementTree import Element, SubElement, tostring

from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.verdict import FAILED

AS = {
    "done": None,
    "rolled_back": "failure",
    "out": "failure",
    "unreachable": "error",
    "not_finished": "error",
    "skipped_offline": "skipped",
    "not_reached": "skipped",
}
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(document: dict[str, Any]) -> bytes:
    """``document`` as ``verdict.verdict_of_playbook`` gives it."""
    root = Element("testsuites")
    for run in document["runs"]:
        _suite(root, run)
    if not document["runs"] or document["verdict"] == "failed_besides":
        suite = SubElement(root, "testsuite", name="playbook")
        _case(suite, "playbook", document["verdict"], "error", document["reason"])
        _count(suite)
    _count(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _suite(root: Element, run: dict[str, Any]) -> None:
    suite = SubElement(root, "testsuite", name=f"{run['service']} {run['version']}", timestamp=run["opened_at"][:-1])
    suite.set("time", str(run["seconds"] or 0.0))
    of = f"rollout.{run['service']}"
    for member in run["members"]:
        case = _case(suite, of, member["name"], AS[member["verdict"]], member["reason"])
        case.set("time", str(member["seconds"] or 0.0))
    verdicts = {member["verdict"] for member in run["members"]}
    if not verdicts & set(FAILED) and not (run["succeeded"] and "done" in verdicts):
        tag = None if run["succeeded"] else "failure"
        _case(suite, of, f"run {run['run']}", tag, f"{run['verdict']}: {run['reason']}")
    _count(suite)


def _case(suite: Element, of: str, name: str, tag: Optional[str], words: Optional[str]) -> Element:
    case = SubElement(suite, "testcase", classname=of, name=NO_XML.sub("?", name))
    if tag is not None:
        SubElement(case, tag, message=NO_XML.sub("?", words or ""))
    return case


def _count(element: Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(len(list(element.iter(tag)))))
