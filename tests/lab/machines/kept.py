# SPDX-License-Identifier: GPL-3.0-or-later
"""Things made once and kept: built under another name, renamed when whole, built anew when the recipe changes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

UNFINISHED = ".unfinished"
RECIPE = ".recipe"


def stamp(recipe: Any) -> str:
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


def is_made(place: Path, recipe: Any) -> bool:
    written = place / RECIPE
    return written.is_file() and written.read_text() == stamp(recipe)


def keep(place: Path, recipe: Any, build: Callable[[Path], None]) -> None:
    """Have ``place`` hold what ``build`` makes of the recipe."""
    if is_made(place, recipe):
        return
    new = place.with_name(place.name + UNFINISHED)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    build(new)
    (new / RECIPE).write_text(stamp(recipe))
    if place.exists():
        (place / RECIPE).unlink(missing_ok=True)
        shutil.rmtree(place)
    new.rename(place)


def unfinished(state: Path) -> list[Path]:
    """What an interrupted build left behind."""
    return [*state.glob(f"*{UNFINISHED}"), *state.glob(f"*/*{UNFINISHED}")]
