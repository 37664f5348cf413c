# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests ask of a real migration tool: to write a release's migrations as its users do, and to apply them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SECONDS = 120.0  # for one run of a tool; a Java that starts on a busy machine takes 15


@dataclass(frozen=True)
class Step:
    """One migration."""

    number: int
    name: str
    statements: Sequence[str]

    @property
    def stamp(self) -> str:
        """A moment, as most tools number their migrations."""
        return f"202601010000{self.number:02}"

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def sql(self) -> str:
        return "".join(f"{statement};\n" for statement in self.statements)


@dataclass(frozen=True)
class Database:
    """An empty one of a test. ``kind`` is the reader's word for the server."""

    kind: str
    port: int
    user: str
    name: str

    @property
    def beside(self) -> str:
        """Where MariaDB has schemas as databases, a tool that wants one of its own gets this."""
        return f"{self.name}_sqitch"

    def url(self, scheme: str) -> str:
        return f"{scheme}://{self.user}@127.0.0.1:{self.port}/{self.name}"


@dataclass(frozen=True)
class Command:
    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, timeout_seconds: float = SECONDS) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.words,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=timeout_seconds,
        )

    @contextmanager
    def under_way(self) -> Iterator[subprocess.Popen[str]]:
        """The tool at work; it ends with the block, as after kill -9."""
        with (self.folder / "words").open("w") as words:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self.words],
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                text=True,
            )
            try:
                yield process
            finally:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Place:
    """Where a tool is told to keep its bookkeeping; empty: where it does by itself."""

    schema: str = ""
    table: str = ""


BY_ITSELF = Place()


class Tool(Protocol):
    tool: str  # as the readers call it
    movable: bool  # whether its users can say schema and table of the bookkeeping

    @property
    def kinds(self) -> Sequence[str]:
        """Of servers that it works with."""

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        """Writes the migrations of a release, and says which folder of them migration_info is given."""

    def name(self, step: Step) -> str:
        """What the tool's own commands call a migration."""

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        """What applies all that the release has."""
