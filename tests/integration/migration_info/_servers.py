# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL and a real MariaDB of a test, out of unpacked trees, on loopback. When the test is killed, they are."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, Optional
from urllib.parse import urlsplit

import psycopg
import pymysql
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import Room
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.lab.database.postgresql import NOBODY
from ansible_collections.hybrid.rollout.tests.winhost.wire import certificates
from ansible_collections.hybrid.rollout.tests.winhost.wire.certificates import Certificates

HOST = "127.0.0.1"


def certificates_in(folder: Path) -> Certificates:
    """For a server on loopback that runs as nobody."""
    made = certificates.make(folder, [HOST])
    os.chown(made.chain, NOBODY, NOBODY)
    made.chain.chmod(0o600)
    return made


class PostgreSQL(Server):
    engine = "postgresql"

    def __init__(self) -> None:
        super().__init__()
        self.authority = certificates_in(self.home / "data").authority
        settings = {"ssl": "on", "ssl_cert_file": "hosts.pem", "ssl_key_file": "hosts.pem", "autovacuum": "off"}
        with self.connect("postgres") as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        self._room.until(self._has_tls, "PostgreSQL offers TLS")

    def _has_tls(self) -> bool:
        with self.connect("postgres") as connection:
            return connection.execute("SHOW ssl").fetchall() == [("on",)]

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

    def change(self, database: str, *statements: LiteralString) -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)


class MariaDB:
    engine = "mysql"

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="mariadb-"))
        self._room = Room(self.home, "mariadb")
        (self.home / "data").mkdir(mode=0o700)
        os.chown(self.home / "data", NOBODY, NOBODY)
        self.authority = certificates_in(self.home / "data").authority
        self.port = free_port()
        self._names = count()
        where = ("--no-defaults", "--user=nobody", "--datadir=/srv/data")
        make = ("--auth-root-authentication-method=normal", "--skip-test-db", "--force")
        tls = ("--ssl-cert=/srv/data/hosts.pem", "--ssl-key=/srv/data/hosts.pem")
        self._room.run("mariadb-install-db", *where, *make)
        options = (f"--port={self.port}", f"--bind-address={HOST}", "--socket=/srv/data/socket", "--skip-log-bin")
        command = shlex.join(["mariadbd", *where, *options, *tls, "--innodb-flush-log-at-trx-commit=0"])
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
        found = {"login_host": HOST, "login_port": self.port, "login_user": "root", "login_db": database}
        return {"engine": self.engine, **found}

    def connect(self, database: Optional[str] = None) -> Any:
        return pymysql.connect(host=HOST, port=self.port, user="root", database=database, autocommit=True)

    def change(self, database: str, *statements: str) -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.cursor().execute(statement)
