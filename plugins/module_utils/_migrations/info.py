# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of migration_info: options in, what the bookkeeping of a database says out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import LOGIN_SPEC, Login, login_from
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.activity import activity_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.doubts import (
    with_declared_phases,
    with_doubts,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.fingerprint import fingerprint_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.leftovers import leftovers_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.manifest import manifest_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    History,
    Lock,
    Migration,
    Reading,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.report import as_recorded, described
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.stale_lock import is_suspected
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.stores import (
    Wanted,
    history_of,
    stores_among,
)

SPEC: dict[str, Any] = {
    "argument_spec": {
        **LOGIN_SPEC,
        "name": {"type": "str"},
        "tool": {"type": "str"},
        "table": {"type": "str"},
        "folder": {"type": "path"},
        "manifest": {"type": "path"},
        "with_sql": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [("folder", "manifest")],
    "required_by": {"folder": ("tool",)},
}
NEVER_RAN = "no bookkeeping of {tool} is among the {count} tables that this account can see: it never ran here, or it keeps its table elsewhere"


@dataclass(frozen=True)
class Release:
    tool: str
    migrations: Sequence[Migration]
    with_sql: bool = False


def run(params: dict[str, Any], now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> dict[str, Any]:
    """The whole of ``migration_info``, in check mode too: it only reads."""
    release = release_of(params["tool"], params["folder"], params["manifest"])
    release = replace(release, with_sql=params["with_sql"]) if release else None
    wanted = Wanted.by(release.tool if release else params["tool"], params["table"])
    login = replace(login_from(params), schemas=(wanted.schema,) if wanted.schema else ())
    found = read(login, wanted, release, now().replace(tzinfo=None))
    return {"name": params["name"] or found["database"], **found}


def release_of(tool: Optional[str], folder: Optional[str], manifest: Optional[str]) -> Optional[Release]:
    """The release's migrations, if there is word of them."""
    if manifest:
        found = manifest_in(Path(manifest))
        if tool not in (None, found.tool):
            raise BadInput(f"tool is {tool}, and the manifest {manifest} is of {found.tool}.")
        return Release(found.tool, found.migrations)
    if not folder:
        return None
    if not tool:
        raise BadInput("folder is set and tool is not: files mean nothing without the tool that they are for.")
    Wanted.by(tool, None)
    if not Path(folder).is_dir():
        raise BadInput(f"folder is {folder}, and there is no such folder on the host that runs this task.")
    return Release(tool, with_declared_phases(READERS[tool].migrations(Path(folder))))


def read(login: Login, wanted: Wanted, release: Optional[Release], now: datetime) -> dict[str, Any]:
    with open_session(login) as session:
        tables = session.tables()
        histories = [history_of(session, store) for store in stores_among(tables, wanted)]
        if release:
            histories = [_the_one(release.tool, histories, len(tables))]
        return {
            "engine": session.kind,
            "database": session.database,
            "compared": release is not None,
            "stores": [_shown(session, history, release, now) for history in histories],
            "leftovers": leftovers_in(session),
            "activity": activity_in(session),
            **({"with_sql": True} if release and release.with_sql else {}),
            "fingerprint": fingerprint_of(histories),
            "changed": False,
        }


def _the_one(tool: str, histories: Sequence[History], count: int) -> History:
    """A release is compared with one table. Where there is none yet, with one that says nothing."""
    if len(histories) > 1:
        tables = ", ".join(f"{history.store.table.schema}.{history.store.table.name}" for history in histories)
        raise BadInput(
            f"{tool} has several tables here: {tables}. Say with table which one the release's migrations go to."
        )
    if histories:
        return histories[0]
    nowhere = Store(tool, Table("", "", ()))
    return History(
        nowhere, (), Lock(held=None), failure_detectable=False, why_not=NEVER_RAN.format(tool=tool, count=count)
    )


def _shown(session: Reading, history: History, release: Optional[Release], now: datetime) -> dict[str, Any]:
    return described(history, _standings(session, history, release), is_suspected(session, history.lock, now))


def _standings(session: Reading, history: History, release: Optional[Release]) -> Sequence[Standing]:
    if release and history.readable:
        standings = READERS[release.tool].compare(history, release.migrations)
        return with_doubts(standings, release.migrations, release.tool, session, release.with_sql)
    return as_recorded(history)
