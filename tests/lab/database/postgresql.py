# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's PostgreSQL: a real one out of an unpacked tree, at the controller's address, with a database and three roles of quotes."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from ipaddress import IPv4Interface
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from ansible_collections.hybrid.rollout.tests.lab.machines import base, kept, topology, unpacked
from ansible_collections.hybrid.rollout.tests.lab.machines.cli import INVENTORY
from ansible_collections.hybrid.rollout.tests.lab.machines.keys import write_secret
from ansible_collections.hybrid.rollout.tests.lab.machines.program import end
from ansible_collections.hybrid.rollout.tests.lab.machines.system import LabError, wait_until
from psycopg import sql

PORT = 5432
DATABASE = "quotes"
OWNER, SERVICE, READER = "owner", "quotes", "reader"
ROLES = (OWNER, SERVICE, READER)
SUPERUSER = "postgres"
PROGRAMS = "/usr/lib/postgresql/15/bin"
NOBODY = 65534  # initdb refuses root
AS_NOBODY = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
SECONDS_TO_START = 60.0
# Who asks the program's folder to end reaches this shell, and PostgreSQL ends in order.
UNTIL_ASKED_TO_END = 'trap "kill -INT \\$!" TERM; "$@" & wait $!; wait $!'


class Server:
    """``folder`` has the data, and for each role ROLE.url, with its password, which only root reads."""

    def __init__(self, folder: Path, controller: IPv4Interface) -> None:
        self.folder = folder
        self._at = controller

    def url(self, role: str) -> str:
        return self._address(role).read_text()

    def answers(self) -> bool:
        """Whether it runs and has all that it needs."""
        return self._made.exists() and self._lets_in(OWNER)

    def up(self) -> None:
        if self.answers():
            return
        tree = base.tree(topology.state(), "postgresql")
        if not kept.is_made(tree, unpacked.recipe("postgresql")):
            raise LabError("no PostgreSQL: `tests/lab/lab base postgresql` (as root) makes its tree")
        end(self.folder)
        if not self._made.exists():
            self._make(tree)
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._start(tree)
        if not self._made.exists():
            self._make_roles()
            self._made.touch()

    def down(self) -> None:
        """It ends, and its rows are gone."""
        end(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _made(self) -> Path:
        return self.folder / "made"

    def _address(self, role: str) -> Path:
        return self.folder / f"{role}.url"

    def _make(self, tree: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o711)
        passwords = {role: secrets.token_urlsafe(18) for role in (SUPERUSER, *ROLES)}
        for role, password in passwords.items():
            database = "postgres" if role == SUPERUSER else DATABASE
            write_secret(
                self._address(role), f"postgresql://{role}:{password}@{self._at.ip}:{PORT}/{database}".encode()
            )
        self._data.mkdir(mode=0o700)
        write_secret(self.folder / "password", passwords[SUPERUSER].encode())
        for place in (self._data, self.folder / "password"):
            os.chown(place, NOBODY, NOBODY)
        how = ("-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile=/srv/password", "--no-sync", "-E", "UTF8")
        command = unpacked.entered(tree, self.folder, *AS_NOBODY, f"{PROGRAMS}/initdb", "-D", "/srv/data", *how)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError(f"PostgreSQL could not make its files: {done.stderr.strip()}")
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host {DATABASE} {','.join(ROLES)} {self._at.network} scram-sha-256\n")
            rules.write(f"host all {SUPERUSER} {self._at.ip}/32 scram-sha-256\n")

    def _start(self, tree: Path) -> None:
        options = (f"-p{PORT}", f"-h{self._at.ip}", "-k", "")
        postgres = (*AS_NOBODY, f"{PROGRAMS}/postgres", "-D", "/srv/data", *options)
        shell = ("sh", "-c", UNTIL_ASKED_TO_END, str(self.folder), *postgres)
        with (self.folder / "log").open("a") as words:
            serving = subprocess.Popen(
                unpacked.entered(tree, self.folder, *shell),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        started = wait_until(lambda: self._lets_in(SUPERUSER) or serving.poll() is not None, SECONDS_TO_START)
        if serving.poll() is not None or not started:
            last = "\n  ".join((self.folder / "log").read_text().splitlines()[-5:])
            raise LabError(f"PostgreSQL did not start; the end of {self.folder / 'log'}:\n  {last}")

    def _lets_in(self, role: str) -> bool:
        try:
            psycopg.connect(self.url(role), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_roles(self) -> None:
        with psycopg.connect(self.url(SUPERUSER), autocommit=True) as superuser:
            for role in ROLES:
                password = sql.Literal(urlsplit(self.url(role)).password)
                superuser.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))
            superuser.execute(f"GRANT pg_read_all_stats TO {READER}")
            superuser.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with psycopg.connect(self.url(OWNER), autocommit=True) as owner:
            for rights, role in (("SELECT, INSERT, UPDATE", SERVICE), ("SELECT", READER)):
                owner.execute(f"ALTER DEFAULT PRIVILEGES GRANT {rights} ON TABLES TO {role}".encode())


def of_the_lab(folder: Path) -> Server:
    return Server(folder, topology.read(INVENTORY).controller)


def columns(url: str) -> set[str]:
    """What the table that customers write to has now."""
    with psycopg.connect(url) as reader:
        found = reader.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'sayings'")
        return {str(row[0]) for row in found}
