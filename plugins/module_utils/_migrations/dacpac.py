# SPDX-License-Identifier: GPL-3.0-or-later
"""DACPAC: a database keeps no history of it, so two reports of SqlPackage tell what a deployment would do and what has drifted.

A folder has the reports of one database: DeployReport, DriftReport or both. Private to hybrid.rollout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import files_named, place_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    EDITED,
    PENDING,
    History,
    Migration,
    Reading,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import has_exactly
from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import parse
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Unreadable

FILE_NAME = re.compile(r"[^.].*\.xml", re.IGNORECASE)
NO_HISTORY = "A DACPAC leaves no history in the database: only a DeployReport or DriftReport of SqlPackage tells where it stands."
DRIFT = {"Additions": "Drift: added", "Removals": "Drift: removed", "Modifications": "Drift: modified"}


class Dacpac:
    tool = "dacpac"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        """The renames that SqlPackage has done once, the one trace that it leaves."""
        return [Store(self.tool, table) for table in tables if has_exactly(table, {"operationkey"})]

    def history(self, session: Reading, store: Store) -> History:
        return History(store, [], NOT_SEEN_FROM_HERE, failure_detectable=False, why_not=NO_HISTORY)

    def migrations(self, folder: Path) -> list[Migration]:
        return [
            migration
            for file, _match in files_named("a DACPAC", folder, FILE_NAME, "DeployReport.xml")
            for migration in _report(folder, file)
        ]

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        return [
            Standing(
                one.name, EDITED if one.name.startswith(tuple(DRIFT.values())) else PENDING, detail=one.description
            )
            for one in migrations
        ]


def _report(folder: Path, file: Path) -> list[Migration]:
    try:
        root = parse(file.read_bytes()).root
    except (OSError, Unreadable) as error:
        raise BadInput(f"{file} cannot be read as a report of SqlPackage: {error}.") from error
    if root.tag == "DeploymentReport":
        return [Migration(name, description=words, file=place_in(folder, file)) for name, words in _operations(root)]
    if root.tag == "DriftReport":
        return [Migration(name, description=words, file=place_in(folder, file)) for name, words in _drift(root)]
    raise BadInput(
        f"{file} begins with <{root.tag}>; a report of SqlPackage begins with <DeploymentReport> or <DriftReport>."
    )


def _operations(root: Element) -> list[tuple[str, str]]:
    """What the deployment would do, with what SqlPackage warns of."""
    warnings = {issue.get("Id"): issue.get("Value", "") for issue in root.iterfind("Alerts/Alert/Issue")}
    found = []
    for operation in root.iterfind("Operations/Operation"):
        for item in operation.iterfind("Item"):
            issues = [warnings.get(issue.get("Id"), "") for issue in item.iterfind("Issue")]
            words = "; ".join(filter(None, [item.get("Type", ""), *issues]))
            found.append((f"{operation.get('Name', '')} {item.get('Value', '')}", words))
    return found


def _drift(root: Element) -> list[tuple[str, str]]:
    return [
        (f"{words} {item.get('Name', '')}", f"{item.get('Type', '')} changed since the DACPAC was registered".strip())
        for part, words in DRIFT.items()
        for item in root.iterfind(f"{part}/Object")
    ]
