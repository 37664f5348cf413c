# SPDX-License-Identifier: GPL-3.0-or-later
"""One word for all that the bookkeeping of a database says: it changes when somebody migrates. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import History


def fingerprint_of(histories: Sequence[History]) -> Optional[str]:
    """Locks are left out, since they come and go with nothing changed. None where something could not be read."""
    if not all(history.readable for history in histories):
        return None
    said = [
        [history.store.tool, history.store.table.schema, history.store.table.name, sorted(_rows(history))]
        for history in histories
    ]
    return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()


def _rows(history: History) -> list[str]:
    return [json.dumps(astuple(record), default=str) for record in history.records]
