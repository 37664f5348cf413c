# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL of a test, out of an unpacked tree, on loopback, as nobody. It can be killed, and when the test is, it is."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from itertools import count
from pathlib import Path

import psycopg
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import Room, inhabitants
from ansible_collections.hybrid.rollout.tests.lab.database.postgresql import AS_NOBODY, NOBODY, PROGRAMS


class Server:
    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="ledger-"))
        self._room = Room(self.home, "postgresql")
        (self.home / "data").mkdir(mode=0o700)
        os.chown(self.home / "data", NOBODY, NOBODY)
        self._port = free_port()
        self._names = count()
        options = ("-D", "/srv/data", "-U", "rollout", "-A", "trust", "--no-sync", "-E", "UTF8")
        self._room.run(*AS_NOBODY, f"{PROGRAMS}/initdb", *options)
        self.start()

    def start(self) -> None:
        (self.home / "data/postmaster.pid").unlink(missing_ok=True)
        options = [f"-p{self._port}", "-h127.0.0.1", "-k", ""]
        command = [*AS_NOBODY, f"{PROGRAMS}/postgres", "-D", "/srv/data", *options]
        # A process that became nobody survives its parent: root's shell stays in front of it, and takes all with it when it is killed.
        self._room.start("postgres", "sh", "-c", f"{shlex.join(command)}; exit $?")
        self._room.until(self._answers, "PostgreSQL answers")
        self._namespace = self._room.namespace_of("postgres")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=5).close()
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """As when the power fails: at once, and with what was committed on disk."""
        self._room.kill("postgres")
        # The next one finds its shared memory in use until the last process has gone.
        self._room.until(lambda: not list(inhabitants(self._namespace)), "every process of PostgreSQL has gone")

    def remove(self) -> None:
        self._room.stop()
        shutil.rmtree(self.home)

    def address(self, database: str) -> str:
        return f"postgresql://rollout@127.0.0.1:{self._port}/{database}"

    def new_database(self) -> str:
        """The address of an empty one."""
        name = f"ledger{next(self._names)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)
