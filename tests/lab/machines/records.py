# SPDX-License-Identifier: GPL-3.0-or-later
"""What the running lab makes here, each written before it is made: what is not in it is not ours to remove."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    kind: str  # bridge, link, namespace, mount, directory (empty: a control group) or machine
    name: str


class Records:
    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[Record]:
        if not self._file.exists():
            return []
        whole_lines = self._file.read_text().split("\n")[:-1]
        return [Record(**json.loads(line)) for line in whole_lines]

    def write(self, kind: str, name: str) -> None:
        record = Record(kind, name)
        if record in self.read():
            return
        with self._file.open("a") as file:
            file.write(json.dumps(asdict(record)) + "\n")
            file.flush()
            os.fsync(file.fileno())
