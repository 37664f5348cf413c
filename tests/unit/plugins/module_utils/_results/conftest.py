# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate over files, with the options' defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._results.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._results.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._results.report import ResultsNotPassed


@pytest.fixture
def gate() -> Callable[..., dict[str, Any]]:
    """The gate's result whether it opens or not, with the message if it does not."""

    def ask(*paths: object, **given: object) -> dict[str, Any]:
        options = {name: option.get("default") for name, option in SPEC["argument_spec"].items()}
        options.update(given, paths=[str(path) for path in paths])
        try:
            return run(options)
        except ResultsNotPassed as error:
            return {**error.result, "msg": str(error), "failure": error.failure()}

    return ask


@pytest.fixture
def fixtures() -> Path:
    return Path(__file__).parents[4] / "fixtures" / "test_results"
