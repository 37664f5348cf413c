# SPDX-License-Identifier: GPL-3.0-or-later
"""The changesets of a release for Liquibase: from the one changelog that no other includes, down. Private to hybrid.rollout."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_entries import (
    ROOT,
    Entries,
    of_json,
    of_xml,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_names import changeset, normal
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_sql import (
    changesets_in,
    is_formatted,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.release_files import files_below, text_of

READ = (".xml", ".json", ".sql")
YAML = (".yaml", ".yml")
ASK = "ship a manifest of the changesets (FILE::ID::AUTHOR, in the order in which Liquibase runs them) with the release"


class Changelogs:
    """``folder`` is where Liquibase's paths begin: its search path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def changesets(self) -> list[Migration]:
        roots = self._roots()
        if len(roots) > 1:
            raise BadInput(
                f"{self.folder}: {', '.join(roots)} are changelogs that none of the others includes, so which of them comes"
                f" first cannot be told: write one that includes them, or {ASK}"
            )
        return [found for root in roots for found in self._of(root, "", ())]

    def _roots(self) -> list[str]:
        changelogs = [path for path in self._paths("", (*READ, *YAML)) if self._is_changelog(path)]
        included = {path for changelog in changelogs for path, _labels in self._includes(changelog)}
        return [path for path in changelogs if path not in included]

    def _is_changelog(self, path: str) -> bool:
        text = text_of(self.folder / path)
        return is_formatted(text) if path.endswith(".sql") else ROOT in text

    def _of(self, path: str, labels: str, above: tuple[str, ...]) -> Iterator[Migration]:
        if path in above:
            raise BadInput(f"{self.folder}: {' includes '.join([*above, path])}: a changelog cannot include itself")
        if path.endswith(".sql"):
            yield from changesets_in(text_of(self.folder / path), path, labels)
            return
        entries = self._entries(path)
        for kind, said in entries.in_order:
            if kind == "changeSet" and said.get("ignore", "").lower() != "true":
                self._must_be_plain(path, said, "id", "author", "logicalfilepath")
                yield changeset(path, {**_path_of(entries), **said}, inherited=labels)
            for included, more in self._included(path, kind, said):
                yield from self._of(included, ",".join(part for part in (labels, more) if part), (*above, path))

    def _includes(self, path: str) -> list[tuple[str, str]]:
        entries = [] if path.endswith(".sql") else self._entries(path).in_order
        return [found for kind, said in entries for found in self._included(path, kind, said)]

    def _included(self, path: str, kind: str, said: Mapping[str, str]) -> list[tuple[str, str]]:
        """The files, with the labels that all in them inherit."""
        labels = said.get("labels", "")
        beside = posixpath.dirname(path) if said.get("relativetochangelogfile", "").lower() == "true" else ""
        if kind == "include":
            self._must_be_plain(path, said, "file")
            return [(self._existing(path, normal(posixpath.join(beside, said["file"]))), labels)]
        if kind == "includeAll":
            self._must_be_plain(path, said, "path")
            if said.keys() & {"filter", "resourcecomparator", "mindepth", "maxdepth"}:
                raise BadInput(
                    f"{self.folder / path}: what its includeAll takes in is chosen by settings that only Liquibase follows: {ASK}"
                )
            below = normal(posixpath.join(beside, said["path"]))
            ends = said.get("endswithfilter", "")
            return [
                (found, labels)
                for found in self._paths(below, (*READ, *YAML))
                if found.endswith(ends) and found != path
            ]
        return []

    def _entries(self, path: str) -> Entries:
        if path.endswith(YAML):
            raise BadInput(f"{self.folder / path}: Python's standard library reads no YAML: {ASK}")
        content = (self.folder / path).read_bytes()
        return (of_json if path.endswith(".json") else of_xml)(content, str(self.folder / path))

    def _paths(self, below: str, suffixes: tuple[str, ...]) -> list[str]:
        """As Liquibase sorts them: by their whole paths, capital letters first."""
        files = files_below(self.folder / below, "")
        return sorted(
            path for path in (file.relative_to(self.folder).as_posix() for file in files) if path.endswith(suffixes)
        )

    def _existing(self, path: str, included: str) -> str:
        if not (self.folder / included).is_file():
            raise BadInput(
                f"{self.folder / path} includes {included}, which is not there: name the folder where Liquibase's paths begin"
                " (its search path)"
            )
        return included

    def _must_be_plain(self, path: str, said: Mapping[str, str], *names: str) -> None:
        for name in names:
            if "${" in said.get(name, ""):
                raise BadInput(
                    f"{self.folder / path}: {said[name]} has a property in it, whose value only Liquibase knows: {ASK}"
                )


def _path_of(entries: Entries) -> dict[str, str]:
    """A path that a changelog gives itself is the path of its changesets."""
    said = entries.of_root.get("logicalfilepath")
    return {"logicalfilepath": said} if said else {}
