# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations as a database has them, as a release has them, and where each stands. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table

# What the bookkeeping of a tool says of one migration.
APPLIED = "applied"
FAILED = "failed"
IN_PROGRESS = "in_progress"
BASELINE = "baseline"  # what lay below when the tool came
UNDONE = "undone"
SUPERSEDED = "superseded"  # a repeatable one that ran again later
SKIPPED = "skipped"  # marked as done without having run
# What only a comparison with a release's migrations can say.
PENDING = "pending"
OUT_OF_ORDER = "out_of_order"  # pending below the newest that is applied; whether it runs is the tool's setting
OUTDATED = "outdated"  # a repeatable one that has changed since it ran
EDITED = "edited"  # applied, and its text is another one now
MISSING = "missing"  # applied, and the release, which has newer ones, does not know it
AHEAD = "ahead"  # applied, and newer than what the release knows
IGNORED = "ignored"  # below a baseline: the tool will never run it
UNKNOWN = "unknown"  # the tool keeps only the newest, and the release does not know that one

EXPAND, CONTRACT = "expand", "contract"


class Reading(Protocol):
    """A read-only session with one database: nothing that is sent on it can write, and nothing waits past its timeouts."""

    kind: str  # postgresql, mysql, sqlite, mssql or oracle
    database: str  # the name of the database, as it says itself

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows with column names in lower case. ``?`` stands for a value. A lock that is not given in time raises Locked."""

    def tables(self) -> Sequence[Table]:
        """Every table and view outside the system's own schemas."""

    def quoted(self, *names: str) -> str:
        """``schema.table`` or a column, quoted for this database; empty names are left out."""


@dataclass(frozen=True)
class Store:
    """The bookkeeping of one tool that was found."""

    tool: str
    table: Table  # the one with a row for each migration
    others: Mapping[str, Table] = field(default_factory=dict)  # by role: lock, errors, versions
    alternatives: Sequence[str] = ()  # tools that could have made it as well


@dataclass(frozen=True)
class Record:
    """A migration as the database has it."""

    name: str  # what the tool's own commands call it; the key to the release's migrations
    state: str
    version: Optional[str] = None
    description: str = ""
    checksum: Optional[str] = None
    repeatable: bool = False
    phase: Optional[str] = None  # where the tool stores what its author declared (Liquibase's labels)
    at: Optional[str] = None  # when, as the database has it; time zones differ by tool
    detail: str = ""  # the tool's own word, or an error's text


@dataclass(frozen=True)
class Lock:
    """A migration under way, or a lock that its holder may have left behind."""

    held: Optional[bool]  # None: this tool's lock cannot be seen from here
    holder: str = ""
    since: Optional[str] = None
    outlives_holder: bool = False  # a row stays when its holder is killed; locks of the server do not


@dataclass(frozen=True)
class History:
    """What one tool's bookkeeping says. ``failure_detectable``: whether a migration that failed half-way would show here at all."""

    store: Store
    records: Sequence[Record]
    lock: Lock
    failure_detectable: bool
    why_not: str = ""  # why a failure would not show
    readable: bool = True  # False: somebody holds a lock on the table, and there are no records to judge by
    kind: str = ""  # of the database, for tools that run some migrations on some kinds only


@dataclass(frozen=True)
class Migration:
    """A migration as the release has it."""

    name: str
    version: Optional[str] = None
    description: str = ""
    checksums: Sequence[str] = ()  # any of them counts as unchanged; empty: the tool keeps none
    repeatable: bool = False
    phase: Optional[str] = None
    declared_in: str = ""  # where the author said the phase: file header, directory, label, branch, manifest
    only_on: Sequence[str] = ()  # kinds of databases; empty: on any
    needs: Sequence[str] = ()  # names of those that have to be applied first, where the tool has a graph
    replaces: Sequence[str] = ()  # names of those that this one was squashed from
    file: Optional[str] = None
    text: Optional[str] = field(default=None, repr=False)


@dataclass(frozen=True)
class Standing:
    """Where one migration stands: the union of what the database and the release know."""

    name: str
    state: str
    version: Optional[str] = None
    phase: Optional[str] = None
    repeatable: bool = False
    detail: str = ""
    doubt: str = ""  # of one that would run: why its author's word for expand is not taken
    vetoed: bool = False  # the doubt is no question: its SQL takes something away
    sql: Optional[str] = None  # of one that would run and is called an expand, where somebody asked for it
    reviewed: bool = False  # a person has answered for what cannot be read
