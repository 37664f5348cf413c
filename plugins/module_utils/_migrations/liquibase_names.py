# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a changeset of Liquibase itself, and what its author said of it. Private to hybrid.rollout."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND, Migration

KINDS = {
    "postgresql": ("postgresql",),
    "mysql": ("mysql", "mariadb"),
    "mssql": ("mssql",),
    "oracle": ("oracle",),
    "sqlite": ("sqlite",),
}


def normal(path: str) -> str:
    """Releases of Liquibase have written one path in several ways, and take them for one."""
    plain = re.sub("^(classpath:|[A-Za-z]:)", "", path.replace("\\", "/"))
    return posixpath.normpath(plain).lstrip("/")


def name_of(file: str, identity: str, author: str) -> str:
    """As Liquibase names a changeset in its own messages."""
    return f"{normal(file)}::{identity}::{author}"


def phase_of(labels: Optional[str], contexts: Optional[str]) -> tuple[Optional[str], str]:
    """The phase, and by what it was said. Nothing is said by both phases at once, or by a context that is a condition."""
    for said, by in ((labels, "label"), (contexts, "context")):
        words = {word.strip(" ()@\"'").lower() for word in (said or "").split(",")}
        phases = words & {EXPAND, CONTRACT}
        if len(phases) == 1:
            return phases.pop(), by
    return None, ""


def kinds_of(dbms: Optional[str]) -> tuple[str, ...]:
    """Kinds of databases on which a changeset runs; empty for any. MariaDB and MySQL are one kind, which has to be out by
    both names to be out."""
    names = [name.strip().lower() for name in (dbms or "").split(",") if name.strip()]
    wanted = [name for name in names if not name.startswith("!")]
    if "all" in wanted or not names:
        return ()
    if wanted:
        return tuple(dict.fromkeys(_kind(name) for name in wanted))
    return tuple(kind for kind, own in KINDS.items() if not {f"!{name}" for name in own} <= set(names))


def changeset(
    file: str,
    said: Mapping[str, str],
    *,
    inherited: str = "",
    checksums: Sequence[str] = (),
    text: Optional[str] = None,
) -> Migration:
    """``said`` are the changeset's attributes by their names in lower case, ``inherited`` the labels of what includes it."""
    contexts = said.get("contextfilter") or said.get("context") or ""
    phase, by = phase_of(",".join(labels for labels in (said.get("labels"), inherited) if labels), contexts)
    path = said.get("logicalfilepath") or file
    return Migration(
        name_of(path, said["id"], said["author"]),
        description=f"only under a context that fits {contexts}" if contexts and by != "context" else "",
        checksums=checksums,
        repeatable="true" in (said.get("runonchange", "").lower(), said.get("runalways", "").lower()),
        phase=phase,
        declared_in=by,
        only_on=kinds_of(said.get("dbms")),
        file=file,
        text=text,
    )


def _kind(name: str) -> str:
    return next((kind for kind, own in KINDS.items() if name in own), name)
