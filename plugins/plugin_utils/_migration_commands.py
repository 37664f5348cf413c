# SPDX-License-Identifier: GPL-3.0-or-later
"""How each migration tool is told to run some of its pending migrations and no others. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Callable, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

Words = list[str]
REPEATABLE = "R__"  # how migration_info calls a repeatable one of Flyway


@dataclass(frozen=True)
class Preset:
    """``words`` are one or more commands behind the program's name. A tool that does not stop runs all that is pending, or nothing."""

    words: Callable[[Sequence[str]], list[Words]]
    stops: bool = True
    shows: Optional[Callable[[Sequence[str], str], list[Words]]] = None  # the SQL instead of running it


def _alembic(names: Sequence[str]) -> list[Words]:
    """One after the other, because a release may have several heads."""
    return [["upgrade", name] for name in names]


def _alembic_shows(names: Sequence[str], newest: str) -> list[Words]:
    return [["upgrade", f"{before}:{name}", "--sql"] for before, name in zip([newest or "base", *names], names)]


def _flyway(names: Sequence[str]) -> list[Words]:
    versions = [name for name in names if not name.startswith(REPEATABLE)]
    return [[f"-target={versions[-1] if versions else 'current'}", "migrate"]]


PRESETS: Mapping[str, Preset] = {
    "alembic": Preset(_alembic, shows=_alembic_shows),
    "command": Preset(lambda _names: [[]], stops=False),
    "dacpac": Preset(
        lambda _names: [["/Action:Publish"]], stops=False, shows=lambda _names, _newest: [["/Action:Script"]]
    ),
    "dbmate": Preset(lambda _names: [["--no-dump-schema", "migrate"]], stops=False),
    "dbup": Preset(lambda _names: [[]], stops=False),
    "efcore": Preset(lambda names: [[names[-1]]]),
    "flyway": Preset(_flyway),
    "liquibase": Preset(
        lambda names: [["update-count", f"--count={len(names)}"]],
        shows=lambda names, _newest: [["update-count-sql", f"--count={len(names)}"]],
    ),
    "sqitch": Preset(lambda names: [["deploy", "--mode", "change", "--to-change", names[-1].partition(":")[2]]]),
}


def preset_of(database: Mapping[str, object]) -> tuple[str, Preset]:
    """By its name, or else by the tool's."""
    name = str(database.get("preset") or database.get("tool"))
    if name not in PRESETS:
        raise BadInput(
            f"Database {database.get('name')}: nothing is known of how to run {name}; there are {', '.join(sorted(PRESETS))}. "
            "With preset: command your own program is run as it is."
        )
    return name, PRESETS[name]


def commands_for(database: Mapping[str, object], apply: Sequence[str], due: Sequence[str]) -> list[Words]:
    """The words that run ``apply``, whose place is at the beginning of ``due``: what the tool would run by itself, in its order."""
    name, preset = preset_of(database)
    if not apply:
        return []
    behind = [migration for migration in due if migration not in apply]
    if list(due[: len(apply)]) != list(apply):
        raise BadInput(
            f"Database {database['name']}: {name} would have to leave out {due[0] if due[0] not in apply else behind[0]} and run later ones. "
            "Let that one wait for a later release, or run the tool by a program of your own (preset: command)."
        )
    if behind and not (preset.stops or database.get("stops_at_target")):
        raise BadInput(
            f"Database {database['name']}: {name} runs everything that is pending and cannot stop behind {apply[-1]}, and {behind[0]} is held. "
            "Ship them in different releases, or give a program that stops (stops_at_target)."
        )
    if name == "flyway" and any(migration.startswith(REPEATABLE) for migration in behind):
        raise BadInput(
            f"Database {database['name']}: flyway runs repeatable migrations whatever its target is, and {behind[0]} is held."
        )
    return preset.words(apply)


def shown_by(database: Mapping[str, object], apply: Sequence[str], newest: str) -> Optional[list[Words]]:
    """The words that show the SQL; None where the tool cannot. ``newest`` is the last one that has run."""
    _name, preset = preset_of(database)
    return preset.shows(apply, newest) if preset.shows and apply else None
