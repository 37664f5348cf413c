# SPDX-License-Identifier: GPL-3.0-or-later
"""migration_info as an operator runs it: the module's own examples, the guide's play, check mode, and secrets at -vvv."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.plugins.modules.migration_info import EXAMPLES
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL

MODULE = "hybrid.rollout.migration_info"
GUIDE = Path(__file__).parents[3] / "docs/migrations.md"
SECRET = "hunter2hunter2"
FLYWAY = """CREATE TABLE flyway_schema_history (
    installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL,
    script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL)"""
ONE_ROW = """INSERT INTO flyway_schema_history
    VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 1980170870, 'app', CURRENT_TIMESTAMP, 9, true)"""
INIT = "CREATE TABLE orders (id INT PRIMARY KEY);\r\nINSERT INTO orders VALUES (1);\r\n"
needs_readers = pytest.mark.skipif(
    not {"flyway", "efcore"} <= set(READERS), reason="no reader of Flyway and Entity Framework here yet"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release's: the first has run, the second has not."""
    place = tmp_path / "migrations"
    place.mkdir()
    (place / "V1__init.sql").write_text(INIT, encoding="utf-8", newline="")
    (place / "V2__price.sql").write_text("ALTER TABLE orders ADD price INT;\n", encoding="utf-8")
    return place


def played(tasks: list[dict[str, Any]], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Each result is shown as JSON, as far as Ansible shows it."""
    shown = []
    for step in tasks:
        shown.append(step)
        if "register" in step:
            shown.append({"ansible.builtin.debug": {"msg": "RESULT {{ " + step["register"] + " | to_json }}"}})
    play = folder.parent / "play.yml"
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": shown}]), encoding="utf-8")
    command = ["ansible-playbook", "-i", "localhost,", "-c", "local", str(play), *arguments]
    command += ["-e", json.dumps({"ansible_python_interpreter": sys.executable, "database_password": SECRET})]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)


def counts_shown(output: str) -> list[dict[str, int]]:
    found = re.findall(r'"msg": "RESULT (.*)"$', output, re.MULTILINE)
    results = [json.loads(json.loads(f'"{text}"')) for text in found]
    return [store["counts"] for result in results for store in result["stores"]]


def with_a_reader(server: PostgreSQL | MariaDB, *made: str) -> dict[str, Any]:
    """The login of an account with a password on a database of Flyway's."""
    database = server.new()
    for statement in made:
        server.change(database, statement)
    if isinstance(server, MariaDB):
        account = f"{database}_reader"
        server.change(
            database,
            f"CREATE USER {account}@localhost IDENTIFIED BY '{SECRET}'",
            f"GRANT SELECT ON {database}.* TO {account}@localhost",
        )
        return {**server.login(database), "login_user": account}
    return server.login(database)


@needs_readers
def test_the_examples_do_what_they_say(postgresql: PostgreSQL, mariadb: MariaDB, folder: Path, tmp_path: Path) -> None:
    tasks = yaml.safe_load(EXAMPLES)
    first, second, _stop, last = tasks
    first[MODULE].update(with_a_reader(postgresql, FLYWAY, ONE_ROW))
    second[MODULE].update(with_a_reader(mariadb, FLYWAY, ONE_ROW))
    second[MODULE].update(folder=str(folder), ca_cert=str(mariadb.authority))
    file, manifest = tmp_path / "quotes.db", tmp_path / "migrations.json"
    with sqlite3.connect(file) as database:
        database.execute('CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT PRIMARY KEY, "ProductVersion" TEXT)')
        database.execute("INSERT INTO \"__EFMigrationsHistory\" VALUES ('20260101000000_Quotes', '9.0.0')")
    written = re.findall(r"^```json\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[0]
    manifest.write_text(written, encoding="utf-8")
    last[MODULE].update(login_db=str(file), manifest=str(manifest))
    last["register"] = "state"
    said = played(tasks, folder, "-vvv")
    assert said.returncode == 0, said.stdout + said.stderr
    assert counts_shown(said.stdout) == [{"applied": 1}, *2 * [{"applied": 1, "pending": 1}]]
    assert SECRET not in said.stdout + said.stderr

    mariadb.change(second[MODULE]["login_db"], "UPDATE flyway_schema_history SET success = false")
    stopped = played(tasks[:3], folder)
    assert stopped.returncode == 2, stopped.stdout
    assert "Assertion failed" in stopped.stdout


@needs_readers
def test_the_play_of_the_guide_goes_on_only_where_nothing_failed(postgresql: PostgreSQL, folder: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (play,) = yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0])
    login = with_a_reader(postgresql, FLYWAY, ONE_ROW)
    play["tasks"][0][MODULE].update({**login, "folder": str(folder)})
    said = played(play["tasks"], folder)
    assert said.returncode == 0, said.stdout + said.stderr
    assert counts_shown(said.stdout) == [{"applied": 1, "pending": 1}]


def test_a_task_reads_in_check_mode_as_well_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "quotes.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE orders (id INT PRIMARY KEY)")
    for arguments in ((), ("--check",)):
        result = task("migration_info", {"engine": "sqlite", "login_db": str(file)}, *arguments)
        assert (result["verdict"], result["changed"], result["compared"]) == ("SUCCESS", False, False), result
        assert (result["stores"], result["leftovers"]) == ([], None)
        assert re.fullmatch("[0-9a-f]{64}", result["fingerprint"])


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"login_db": "/nowhere/quotes.db"}, "database_failed", "unable to open"),
        ({"table": "orders_log"}, "not_found", "no table"),
        ({"tool": "flywya"}, "bad_input", "flywya"),
        ({"login_user": "app"}, "bad_input", "login_user is for a server"),
    ],
)
def test_a_fault_has_a_code_for_playbooks(tmp_path: Path, given: dict[str, Any], code: str, words: str) -> None:
    file = tmp_path / "quotes.db"
    sqlite3.connect(file).close()
    result = task("migration_info", {"engine": "sqlite", "login_db": str(file), **given})
    assert (result["verdict"], result["failure"]["code"]) == ("FAILED!", code), result
    assert words in result["msg"]


def test_a_password_is_nowhere_at_vvv_whether_it_is_right_or_wrong(mariadb: MariaDB, folder: Path) -> None:
    login = with_a_reader(mariadb)
    right = {"login_password": "{{ database_password }}", **login}
    wrong = {**right, "login_user": "nobody"}
    no_tls = {**right, "ssl_mode": "verify-full", "ca_cert": "/nowhere"}
    steps: list[dict[str, Any]] = [
        {MODULE: given, "register": "state", "ignore_errors": True} for given in (right, wrong, no_tls)
    ]
    said = played(steps, folder, "-vvv")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Access denied for user 'nobody'" in said.stdout
    assert "cannot be reached with these certificates" in said.stdout
    assert SECRET not in said.stdout + said.stderr
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in said.stdout
