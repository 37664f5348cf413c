# SPDX-License-Identifier: GPL-3.0-or-later
"""TypeORM: names of classes, which end with the milliseconds of their making. Private to hybrid.rollout."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import (
    NamesInATable,
    by_number,
)

NAME = re.compile(r"""\bname\s*=\s*["'`](\w*[0-9]{13})["'`]""")
CLASS = re.compile(r"\bclass\s+(\w*[0-9]{13})\b")
MILLISECONDS = 13


class TypeORM(NamesInATable):
    tool = "typeorm"
    title = "TypeORM"
    columns = frozenset({"id", "timestamp", "name"})
    table_name = re.compile("migration", re.IGNORECASE)
    key = "name"
    file_name = re.compile(r"(?!.*\.d\.[cm]?ts)[^.].*\.[cm]?[jt]s")
    example = "1706702400000-CreateUsers.ts"
    deep = True

    def migrations(self, folder: Path) -> list[Migration]:
        """A name that is given counts before that of its class; a file with neither is no migration."""
        files = [
            (file, text_of(file))
            for file, _match in files_named(self.title, folder, self.file_name, self.example, deep=True)
        ]
        named = [(name, file, text) for file, text in files for name in NAME.findall(text) or CLASS.findall(text)]
        if not named:
            raise BadInput(
                f"No file of {folder} has a class whose name ends with the 13 digits of a time, as TypeORM needs."
            )
        found = [Migration(name, name, file=place_in(folder, file), text=text) for name, file, text in named]
        return sorted(found, key=lambda migration: self.place(migration.name))

    def place(self, name: str) -> tuple[tuple[bool, int, str], str]:
        return by_number(name[-MILLISECONDS:]), name
