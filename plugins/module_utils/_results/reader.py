# SPDX-License-Identifier: GPL-3.0-or-later
"""The family of readers: each turns one parsed document into a Report. Private to hybrid.rollout.

A new reader is a file beside this one with a ``read`` of the same shape, and one line in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._results import (
    junit,
    nunit2,
    nunit3,
    trx,
    xunit,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import Document
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Report, Unreadable


@dataclass(frozen=True)
class Format:
    """How to read a format, and by which root element and beginning of its namespace it is known."""

    read: Callable[[Document], Report]
    roots: tuple[str, ...]
    namespace: str = ""


FORMATS: dict[str, Format] = {
    "nunit2": Format(nunit2.read, ("test-results",)),
    "nunit3": Format(nunit3.read, ("test-run",)),
    "junit": Format(junit.read, ("testsuites", "testsuite")),
    "trx": Format(trx.read, ("TestRun",), "http://microsoft.com/schemas/VisualStudio/TeamTest/"),
    "xunit": Format(xunit.read, ("assemblies", "assembly")),
}


def format_of(document: Document, forced: Optional[str] = None) -> str:
    """The format's name. A forced one has to have the right root too: another would be read as a run without tests."""
    for name in [forced] if forced else FORMATS:
        known = FORMATS[name]
        if document.root.tag in known.roots and document.namespace.startswith(known.namespace):
            return name
    namespace = f" of namespace {document.namespace}" if document.namespace else ""
    wanted = f"format {forced} begins with" if forced else "known are"
    roots = [root for name in ([forced] if forced else FORMATS) for root in FORMATS[name].roots]
    raise Unreadable(f"its first element is <{document.root.tag}>{namespace}; {wanted} {', '.join(roots)}")
