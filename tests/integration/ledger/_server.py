# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL of this machine's packages, on a Unix socket in a folder of its own. When the test is killed, it is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg
import pytest

NOBODY = 65534  # initdb refuses root
SECONDS_TO_ANSWER = 60.0
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


class Server:
    def __init__(self) -> None:
        if not PROGRAMS:
            pytest.skip("there is no PostgreSQL here: apt-get install postgresql")
        self._bin = PROGRAMS[-1].parent
        # A folder of pytest is its user's alone, and the path of a socket may not be long.
        self.home = Path(tempfile.mkdtemp(prefix="ledger-"))
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
        self._names = count()
        subprocess.run(
            self._as_nobody("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"),
            check=True,
            capture_output=True,
            cwd=self.home,
        )
        self.start()

    @property
    def data(self) -> str:
        return str(self.home / "data")

    def _as_nobody(self, program: str, *arguments: str) -> list[str]:
        apart = ["setpriv", "--pdeathsig", "KILL"]
        if os.geteuid() == 0:
            apart += ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        return [*apart, str(self._bin / program), *arguments]

    def start(self) -> None:
        log = (self.home / "log").open("ab")
        self._process = subprocess.Popen(
            self._as_nobody("postgres", "-D", self.data, "-k", str(self.home), "-c", "listen_addresses="),
            stdout=log,
            stderr=log,
            cwd=self.home,
        )
        log.close()
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while not self._answers():
            assert time.monotonic() < deadline, (self.home / "log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres")).close()
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """As when the power fails: at once, and with what was committed on disk."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(SECONDS_TO_ANSWER)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def address(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.home}"

    def new_database(self) -> str:
        """The address of an empty one."""
        name = f"ledger{next(self._names)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)
