# SPDX-License-Identifier: GPL-3.0-or-later
"""What the witness keeps of each request, and the file of them: one line of CSV a request, readable while it grows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True)
class Record:
    """One request as the customer saw it. ``error`` is empty when it was answered with 200 in full."""

    id: str
    started: float
    balancer: str
    connection: str
    status: int
    error: str
    latency_ms: float
    version: str
    member: str
    retried: bool

    @property
    def failed(self) -> bool:
        return bool(self.error)


COLUMNS = [field.name for field in fields(Record)]


class RecordsFile:
    """Appends records; ``flush`` makes what was written so far visible to readers."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def append(self, record: Record) -> None:
        row = astuple(record)
        self._writer.writerow(
            [*row[:1], f"{record.started:.4f}", *row[2:6], f"{record.latency_ms:.2f}", *row[7:9], int(row[9])]
        )

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file, but not a last line that is still being written."""
    with path.open(newline="") as file:
        for row in csv.DictReader(line for line in file if line.endswith("\n")):
            yield Record(
                id=row["id"],
                started=float(row["started"]),
                balancer=row["balancer"],
                connection=row["connection"],
                status=int(row["status"]),
                error=row["error"],
                latency_ms=float(row["latency_ms"]),
                version=row["version"],
                member=row["member"],
                retried=row["retried"] == "1",
            )
