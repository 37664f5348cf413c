# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a story's ledger is: a file. Integration tests tell the same stories of a database."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "ledger.sqlite3")
