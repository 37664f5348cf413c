# SPDX-License-Identifier: GPL-3.0-or-later
"""What the running lab makes here, each written before it is made: what is not in it is not ours to remove."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    kind: str  # bridge, link, namespace, mount, directory (empty: a control group), machine or program (what runs out of a folder)
    name: str


class Records:
    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[Record]:
        if not self._file.exists():
            return []
        return [Record(**json.loads(line)) for line in self._file.read_text().splitlines()]

    def write(self, kind: str, name: str) -> None:
        """On disk before this returns; a crash in the middle leaves the records as they were."""
        records = self.read()
        if Record(kind, name) in records:
            return
        new = self._file.with_name(self._file.name + ".new")
        with new.open("w") as file:
            file.writelines(json.dumps(asdict(record)) + "\n" for record in [*records, Record(kind, name)])
            file.flush()
            os.fsync(file.fileno())
        new.rename(self._file)
