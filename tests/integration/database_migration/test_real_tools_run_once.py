# SPDX-License-Identifier: GPL-3.0-or-later
"""The role database_migration as a team uses it: real tools on a real PostgreSQL, run by ansible-playbook."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import PostgreSQL
from ansible_collections.hybrid.rollout.tests.integration.migrations import _installed
from ansible_collections.hybrid.rollout.tests.integration.migrations._debian_tools import Sqitch
from ansible_collections.hybrid.rollout.tests.integration.migrations._estate import Estate
from ansible_collections.hybrid.rollout.tests.integration.migrations._liquibase import Liquibase
from ansible_collections.hybrid.rollout.tests.integration.migrations._python_tools import Alembic, Dbmate
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import BY_ITSELF, Database, Step, Tool

QUOTES = Step(1, "quotes", ["CREATE TABLE quotes (id int PRIMARY KEY, price int)"])
AMOUNT = Step(2, "amount", ["ALTER TABLE quotes ADD COLUMN amount numeric", "CREATE TABLE sources (id int)"])
DROP_PRICE = Step(3, "drop_price", ["ALTER TABLE quotes DROP COLUMN price"])
PLANTED = "Planted-and-in-no-output"
PHASES = {QUOTES.name: "expand", AMOUNT.name: "expand", DROP_PRICE.name: "contract"}
# Where in the tool's own command the words begin that say what to do, and those behind them that stay.
WORDS = {"alembic": (-2, ()), "dbmate": (-1, ()), "liquibase": (-1, ()), "sqitch": (-4, (-1,))}


class Team:
    """A database, the team's tool, and a release with migrations whose phases are declared in its manifest."""

    def __init__(self, tool: Tool, folder: Path, estate: Estate) -> None:
        self.tool, self.folder, self.estate = tool, folder, estate
        self.database: Database = estate.database("postgresql")

    def ships(self, steps: Sequence[Step]) -> None:
        release = self.folder / f"release-{len(list(self.folder.iterdir()))}"
        release.mkdir()
        folder = self.tool.release(release, steps)
        names = [self.tool.name(step) for step in steps]
        entries = [
            {"name": name, "version": name, "phase": PHASES[step.name], "needs": names[:place][-1:]}
            for place, (name, step) in enumerate(zip(names, steps))
        ]
        manifest = release / "manifest.json"
        manifest.write_text(json.dumps({"tool": self.tool.tool, "migrations": entries}), encoding="utf-8")
        self.read_from = {"manifest": str(manifest)}
        command = self.tool.command(release, self.database, BY_ITSELF)
        begin, kept = WORDS[self.tool.tool]
        self.program = list(command.words[:begin])
        self.arguments = [command.words[place] for place in kept]
        self.chdir = release
        self.scripts = {"folder": str(folder)}

    def migrate(self, *options: str, login_password: str = "", **more: Any) -> tuple[int, str]:
        of = self.database
        login = {"engine": of.kind, "login_host": "127.0.0.1", "login_port": of.port, "login_user": of.user}
        login |= {"login_password": login_password} if login_password else {}
        database = {
            "name": "quotes",
            "login": {**login, "login_db": of.name},
            "tool": self.tool.tool,
            **self.read_from,
            "program": self.program,
            "arguments": self.arguments,
            "chdir": str(self.chdir),
            **more,
        }
        role = {"name": "hybrid.rollout.database_migration"}
        given = {
            "database_migration_phase": "expand",
            "database_migration_databases": [database],
            "database_migration_accept": ["no_store"],  # the first migration ever finds none
        }
        tasks = [
            {"ansible.builtin.import_role": role, "vars": given},
            {
                "ansible.builtin.debug": {
                    "msg": "held {{ database_migration_result.held | map(attribute='migration') }}"
                }
            },
        ]
        play = self.folder / "play.json"
        plays = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]
        play.write_text(json.dumps(plays), encoding="utf-8")
        here = "ansible_python_interpreter={{ ansible_playbook_python }}"
        done = subprocess.run(
            ["ansible-playbook", "-i", "localhost,", str(play), "-e", here, *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )
        return done.returncode, done.stdout + done.stderr

    def tables(self) -> set[str]:
        return self.estate.tables(self.database) & {"quotes", "sources", "half"}


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    _installed.or_skip()
    server = PostgreSQL()
    yield Estate({"postgresql": server})
    server.remove()


@pytest.fixture(params=[Alembic(), Liquibase(), Sqitch()], ids=lambda tool: str(tool.tool))
def team(request: pytest.FixtureRequest, tmp_path: Path, estate: Estate) -> Team:
    return Team(request.param, tmp_path, estate)


def test_what_expands_runs_once_and_what_contracts_waits(team: Team) -> None:
    team.ships([QUOTES, AMOUNT, DROP_PRICE])
    code, said = team.migrate("--check")
    assert code == 0, said
    assert ("ADD COLUMN amount" in said) is (team.tool.tool != "sqitch"), "the SQL is shown where the tool can write it"
    assert team.tables() == set(), "and nothing of it ran"
    code, said = team.migrate()
    assert code == 0, said
    assert team.tool.name(DROP_PRICE) in said.rpartition("held")[2]
    assert team.tables() == {"quotes", "sources"}
    code, said = team.migrate()
    assert code == 0, said
    assert "changed=0" in said, "what has run does not run again"


def test_a_migration_that_fails_half_way_stops_the_play_and_leaves_what_ran_before_it(team: Team) -> None:
    broken = Step(2, "amount", ["CREATE TABLE half (id int)", "ALTER TABLE nowhere ADD COLUMN amount numeric"])
    team.ships([QUOTES, broken])
    code, said = team.migrate()
    assert code != 0
    assert "nowhere" in said, "in the words of the tool"
    assert "held" not in said.rpartition("TASK")[2]
    assert team.tables() - {"half"} <= {"quotes"}
    team.ships([QUOTES, AMOUNT])
    code, said = team.migrate()
    if team.tool.tool == "sqitch":  # which writes the failure down, and leaves the first half
        assert code != 0
        assert "quotes:amount failed: mend the database" in said
    else:
        assert code == 0, said
        assert team.tables() == {"quotes", "sources"}


def test_a_program_that_ends_well_and_did_nothing_is_not_believed(team: Team) -> None:
    team.ships([QUOTES])
    team.program = ["true"]
    code, said = team.migrate()
    assert code != 0
    assert "The tool ended well, and these have not run" in said
    assert team.tool.name(QUOTES) in said


def test_the_password_of_the_reader_is_in_no_output(tmp_path: Path, estate: Estate) -> None:
    team = Team(Alembic(), tmp_path, estate)
    team.ships([QUOTES, DROP_PRICE])
    for options in (["-vvv", "--check"], ["-vvv"]):
        code, said = team.migrate(*options, login_password=PLANTED)
        assert code == 0, said
        assert "login_password" in said, "it was told the module, and masked"
        assert PLANTED not in said


def test_no_backup_no_migration(team: Team) -> None:
    team.ships([QUOTES])
    code, said = team.migrate(backup=["false"])
    assert code != 0
    assert "Make a way back" in said
    assert team.tables() == set()


def test_a_tool_that_cannot_stop_runs_nothing_while_a_contract_is_held(tmp_path: Path, estate: Estate) -> None:
    team = Team(Dbmate(), tmp_path, estate)
    team.ships([QUOTES, AMOUNT, DROP_PRICE])
    code, said = team.migrate()
    assert code != 0
    assert "dbmate runs everything that is pending and cannot stop behind" in said
    assert team.tables() == set()
    team.ships([QUOTES, AMOUNT])
    code, said = team.migrate()
    assert code == 0, said
    assert team.tables() == {"quotes", "sources"}


def test_a_script_whose_author_calls_it_an_expand_and_that_drops_something_is_vetoed(
    tmp_path: Path, estate: Estate
) -> None:
    def called_expand(step: Step) -> Step:
        first, *others = step.statements
        return Step(step.number, step.name, [f"-- hybrid.rollout: phase=expand\n{first}", *others])

    team = Team(Dbmate(), tmp_path, estate)
    team.ships([called_expand(step) for step in (QUOTES, AMOUNT, DROP_PRICE)])
    team.read_from = team.scripts
    code, said = team.migrate()
    assert code != 0
    assert "ALTER TABLE QUOTES DROP COLUMN PRICE" in said
    assert "Declare it as a contract" in said
    assert team.tables() == set()
    team.ships([called_expand(step) for step in (QUOTES, AMOUNT)])
    team.read_from = team.scripts
    code, said = team.migrate()
    assert code == 0, said
    assert team.tables() == {"quotes", "sources"}


def test_what_another_tool_does_not_know_waits_for_a_person_where_the_team_asked_for_its_opinion(
    tmp_path: Path, estate: Estate
) -> None:
    kind = "CREATE TYPE mood AS ENUM ('sad', 'ok')"
    team = Team(Dbmate(), tmp_path, estate)
    for header, ran in (("phase=expand", False), ("phase=expand reviewed=anna", True)):
        team.ships([Step(1, "quotes", [f"-- hybrid.rollout: {header}\n{kind}", "CREATE TABLE quotes (id integer)"])])
        team.read_from = team.scripts
        code, said = team.migrate("-e", '{"rollout_migration_opinions": ["sqlglot"]}')
        assert (code == 0, team.tables() == {"quotes"}) == (ran, ran), said
        assert ("and sqlglot says of line" in said) != ran, said
