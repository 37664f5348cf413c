# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``test_results_gate``, and their sense checked before a file is read. Private to hybrid.rollout."""

from __future__ import annotations

import os
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.arguments import OCCASION_SPEC, RECORD_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._reach import REACH_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._results.reader import FORMATS
from ansible_collections.hybrid.rollout.plugins.module_utils._results.verdict import ALLOWED, Policy

SPEC: dict[str, Any] = {
    "argument_spec": {
        "paths": {"type": "list", "elements": "path", "required": True},
        "format": {"type": "str", "choices": list(FORMATS)},
        "max_failed": {"type": "int"},
        "max_failed_percent": {"type": "float"},
        "max_skipped": {"type": "int"},
        "min_tests": {"type": "int", "default": 1},
        "required_categories": {"type": "list", "elements": "str", "default": []},
        "required_tests": {"type": "list", "elements": "str", "default": []},
        "no_tests": {"type": "str", "choices": [FAILED, UNDECIDED], "default": FAILED},
        "inconclusive": {"type": "str", "choices": [UNDECIDED, FAILED, ALLOWED], "default": UNDECIDED},
        "max_file_mebibytes": {"type": "int", "default": 32},
        **REACH_SPEC,
        **RECORD_SPEC,
        **OCCASION_SPEC,
    },
}


def policy_from(params: dict[str, Any]) -> Policy:
    """The options as a policy; BadInput says which option cannot be meant and why."""
    if not params["paths"]:
        raise BadInput(
            "paths is empty: a gate that reads nothing would always open. Name at least one file or pattern."
        )
    for path in params["paths"]:
        if not os.path.isabs(path):
            raise BadInput(f"paths has {path!r}, which is relative: write from / on, for example with playbook_dir.")
    for option in ("min_tests", "max_file_mebibytes"):
        if params[option] < 1:
            raise BadInput(f"{option} is {params[option]}; it has to be 1 or more.")
    for option in ("max_failed", "max_skipped"):
        if params[option] is not None and params[option] < 0:
            raise BadInput(f"{option} is {params[option]}; it has to be 0 or more.")
    share = params["max_failed_percent"]
    if share is not None and not 0 <= share <= 100:
        raise BadInput(f"max_failed_percent is {share:g}; it has to be from 0 to 100.")
    for option in ("required_categories", "required_tests"):
        if "" in params[option]:
            raise BadInput(f"{option} has an empty name; a test or category without a name cannot be required.")
    return Policy(
        max_failed=0 if params["max_failed"] is None and share is None else params["max_failed"],
        max_failed_percent=share,
        max_skipped=params["max_skipped"],
        min_tests=params["min_tests"],
        required_categories=tuple(params["required_categories"]),
        required_tests=tuple(params["required_tests"]),
        no_tests=params["no_tests"],
        inconclusive=params["inconclusive"],
    )
