# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL and a real MariaDB of a test, out of unpacked trees, on loopback. When the test is killed, they are."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any, Optional
from urllib.parse import urlsplit

import psycopg
import pymysql
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import Room
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import NOBODY, Server


class PostgreSQL(Server):
    engine = "postgresql"

    def new(self) -> str:
        """The name of an empty database."""
        return urlsplit(self.new_database()).path.lstrip("/")

    def login(self, database: str) -> dict[str, Any]:
        """What an operator writes to reach it."""
        url = urlsplit(self.address(database))
        found = {"login_host": url.hostname, "login_port": url.port, "login_user": url.username, "login_db": database}
        return {"engine": self.engine, **found}

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.address(database), autocommit=True)


class MariaDB:
    engine = "mysql"

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="mariadb-"))
        self._room = Room(self.home, "mariadb")
        (self.home / "data").mkdir(mode=0o700)
        os.chown(self.home / "data", NOBODY, NOBODY)
        self.port = free_port()
        self._names = count()
        where = ("--no-defaults", "--user=nobody", "--datadir=/srv/data")
        make = ("--auth-root-authentication-method=normal", "--skip-test-db", "--force")
        self._room.run("mariadb-install-db", *where, *make)
        options = (f"--port={self.port}", "--bind-address=127.0.0.1", "--socket=/srv/data/socket", "--skip-log-bin")
        command = shlex.join(["mariadbd", *where, *options, "--innodb-flush-log-at-trx-commit=0"])
        # As for PostgreSQL, root's shell stays in front of a process that became nobody, and takes it with it.
        self._room.start("mariadbd", "sh", "-c", f"{command}; exit $?")
        self._room.until(self._answers, "MariaDB answers")

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except pymysql.MySQLError:
            return False
        return True

    def remove(self) -> None:
        self._room.stop()
        shutil.rmtree(self.home)

    def new(self) -> str:
        """The name of an empty database."""
        name = f"quotes{next(self._names)}"
        with self.connect() as connection:
            connection.cursor().execute(f"CREATE DATABASE {name}")
        return name

    def login(self, database: str) -> dict[str, Any]:
        """What an operator writes to reach it."""
        found = {"login_host": "127.0.0.1", "login_port": self.port, "login_user": "root", "login_db": database}
        return {"engine": self.engine, **found}

    def connect(self, database: Optional[str] = None) -> Any:
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root", database=database, autocommit=True)
