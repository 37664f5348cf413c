# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of test_results_gate: options in, one verdict over all files out. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import PASSED
from ansible_collections.hybrid.rollout.plugins.module_utils._results.arguments import policy_from
from ansible_collections.hybrid.rollout.plugins.module_utils._results.files import read_all
from ansible_collections.hybrid.rollout.plugins.module_utils._results.report import (
    ResultsNotPassed,
    described,
    summary,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._results.verdict import judge


def run(params: dict[str, Any]) -> dict[str, Any]:
    """The whole of ``test_results_gate``, in check mode too: it only reads."""
    policy = policy_from(params)
    readings = read_all(params["paths"], params["format"], params["max_file_mebibytes"])
    verdict, reasons = judge(readings, policy)
    result = described(readings, verdict, reasons)
    if verdict != PASSED:
        worst = next(reason for reason in reasons if reason.verdict == verdict)
        raise ResultsNotPassed(summary(result, reasons), worst, params["paths"], result)
    return result
