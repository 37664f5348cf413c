# SPDX-License-Identifier: GPL-3.0-or-later
"""Changelogs of Liquibase in SQL: changesets are marked by comments. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_checksum import checksum
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_names import changeset
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration

FORMATTED = re.compile(r"\s*--\s*liquibase\s*formatted", re.I)
CHANGESET = re.compile(r'\s*--\s*changeset\s+("[^"]+"|[^:]+):("[^"]+"|\S+)(.*)', re.I)
MARKED = re.compile(r"\s*--\s*changeset\b", re.I)
ATTRIBUTE = re.compile(r'(\w+):("[^"]*"|\S*)')
VALID = re.compile(r"--\s*validCheckSum:?\s*(\S+)", re.I)
SAID = re.compile(r"(--\s*comment:? )|(\s*--\s*(rollback |preconditions|precondition-|property\s))", re.I)
IGNORED = re.compile(r"--\s*ignoreLines:(\w+)", re.I)
ROLLBACK = re.compile(r"\s*/\*\s*liquibase\s*rollback\s*", re.I)


@dataclass
class _Part:
    """A changeset while its lines are read."""

    said: dict[str, str]
    lines: list[str] = field(default_factory=list)
    valid: list[str] = field(default_factory=list)

    def migration(self, file: str, inherited: str) -> Migration:
        sql = "\n".join(self.lines).strip()
        return changeset(file, self.said, inherited=inherited, checksums=_checksums(sql, self.valid), text=sql)


def is_formatted(text: str) -> bool:
    return bool(FORMATTED.match(text.lstrip()))


def changesets_in(text: str, file: str, inherited: str) -> list[Migration]:
    """A file that is not formatted is one changeset without a name, as it is to ``includeAll``."""
    if not is_formatted(text):
        return [
            changeset(
                file,
                {"id": "raw", "author": "includeAll"},
                inherited=inherited,
                checksums=_checksums(text, []),
                text=text,
            )
        ]
    lines = re.split("\r\n|\r|\n", text.lstrip())
    shared = _attributes(lines[0])
    parts: list[_Part] = []
    for line in _read(lines[1:]):
        begin, valid = CHANGESET.fullmatch(line), VALID.match(line)
        if begin:
            named = {"author": begin[1].strip('"'), "id": begin[2].strip('"')}
            parts.append(_Part({**shared, **_attributes(begin[3]), **named}))
        elif MARKED.match(line):
            raise BadInput(
                f"{file}: no changeset is named by {line.strip()!r}: write --changeset AUTHOR:ID, without a space at the colon"
            )
        elif parts and valid:
            parts[-1].valid.append(valid[1])
        elif parts and not SAID.match(line):
            parts[-1].lines.append(line)
    return [part.migration(file, inherited) for part in parts if part.said.get("ignore", "").lower() != "true"]


def _read(lines: list[str]) -> Iterator[str]:
    """Without those that the author told Liquibase to pass over, and without what is for a rollback."""
    rest = iter(lines)
    for line in rest:
        passed, rollback = IGNORED.match(line), ROLLBACK.fullmatch(line)
        if passed and passed[1].isdigit():
            for _line in zip(range(int(passed[1])), rest):
                pass
        elif passed:
            next((line for line in rest if (end := IGNORED.match(line)) and end[1].lower() == "end"), None)
        elif rollback:
            next((line for line in rest if line.rstrip().endswith("*/")), None)
        else:
            yield line


def _attributes(line: str) -> dict[str, str]:
    return {name.lower(): value.strip('"') for name, value in ATTRIBUTE.findall(line)}


def _checksums(sql: str, valid: list[str]) -> tuple[str, ...]:
    """None where nobody but Liquibase can tell: a property's value is put in first, the file is in another encoding, or any
    sum was declared to be valid."""
    if "${" in sql or "\ufffd" in sql or any(sum_.lower().rpartition(":")[2] in ("any", "all") for sum_ in valid):
        return ()
    return (checksum(sql), *valid)
