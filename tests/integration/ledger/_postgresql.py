# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL of a test, on loopback, as nobody; it can be restarted, and everything of it goes with the test."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import psycopg
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import Room

PROGRAMS = "/usr/lib/postgresql/15/bin"
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


class PostgreSQL:
    def __init__(self, home: Path) -> None:
        self._room = Room(home, "postgresql")
        (home / "data").mkdir(mode=0o700)
        os.chown(home / "data", 65534, 65534)
        self.port = free_port()
        self._room.run(*NOBODY, f"{PROGRAMS}/initdb", "-D", "/srv/data", "-U", "rollout", "-A", "trust", "-E", "UTF8")
        self.start()

    def address(self, name: str = "rollout") -> str:
        return f"postgresql://rollout@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        (self._room.home / "data/postmaster.pid").unlink(missing_ok=True)
        options = [f"-p{self.port}", "-h127.0.0.1", "-k", ""]
        command = [*NOBODY, f"{PROGRAMS}/postgres", "-D", "/srv/data", *options]
        # A process that became nobody survives its parent: root's shell stays in front of it, and takes all with it when it is killed.
        self._room.start("postgres", "sh", "-c", f"{shlex.join(command)}; exit $?")
        self._room.until(self.answers, "PostgreSQL answers")

    def answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """As a machine that loses its power does it."""
        self._room.kill("postgres")

    def restart(self) -> None:
        self.kill()
        self.start()

    def new_database(self, name: str) -> str:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def stop(self) -> None:
        self._room.stop()
