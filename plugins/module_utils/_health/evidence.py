# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate's measurements kept in a file: JSON, or JUnit XML where the name ends in .xml. Private to hybrid.rollout."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from typing import Any, Optional
from xml.etree import ElementTree

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._health.measurement import measurements
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, PASSED, Judged

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotKept(RolloutError):
    """The gate has its verdict, and the file could not be written."""

    code = "evidence_not_kept"


def check_place(path: Optional[str]) -> None:
    """BadInput if nothing can be kept there, before anybody is asked."""
    if path is None:
        return
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path) or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise BadInput(
            f"evidence_path is {path!r}; where the gate runs, a file cannot be written there. Name a file in a folder "
            "that exists and that this user may write to."
        )


def keep(path: str, judged: Sequence[Judged], result: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    told = _junit(judged, result) if path.lower().endswith(".xml") else _json(judged, result)
    beside = ""
    try:
        handle, beside = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".evidence.")
        with os.fdopen(handle, "wb") as file:
            file.write(told)
        os.replace(beside, path)
    except OSError as error:
        if beside and os.path.exists(beside):
            os.unlink(beside)
        raise NotKept(
            f"The gate's verdict is {result['verdict']}, and its evidence could not be written to {path}: {error}. "
            "Make room or choose another evidence_path.",
            endpoint=path,
            reply=str(error),
            result=result,
        ) from error


def _json(judged: Sequence[Judged], result: dict[str, Any]) -> bytes:
    told = {key: result[key] for key in ("verdict", "targets", "waited_seconds")}
    return json.dumps({**told, "measurements": measurements(judged)}, indent=2).encode() + b"\n"


def _junit(judged: Sequence[Judged], result: dict[str, Any]) -> bytes:
    """A suite with a case per target: failed and undecided are failures, could_not_ask is an error, as JUnit means them."""
    verdicts = [one.verdict for one in judged]
    errors = verdicts.count(COULD_NOT_ASK)
    suite = ElementTree.Element(
        "testsuite",
        name="health_gate",
        tests=str(len(judged)),
        errors=str(errors),
        failures=str(len(verdicts) - errors - verdicts.count(PASSED)),
        time=str(result["waited_seconds"]),
    )
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="verdict", value=result["verdict"])
    for one in judged:
        at = f"{one.tally.at_seconds:.3f}"
        case = ElementTree.SubElement(suite, "testcase", classname="health_gate", name=_clean(one.target.name), time=at)
        if one.verdict != PASSED:
            kind = "error" if one.verdict == COULD_NOT_ASK else "failure"
            words = _clean(one.tally.reason or "too few good answers in a row")
            ElementTree.SubElement(case, kind, type=one.verdict, message=words).text = _clean(one.target.asked)
        lines = [json.dumps(measurement) for measurement in measurements([one])]
        ElementTree.SubElement(case, "system-out").text = _clean("\n".join(lines))
    return ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry."""
    return _NOT_XML.sub("?", text)
