# SPDX-License-Identifier: GPL-3.0-or-later
"""The phase of a migration is what its author said, in any of the places where authors can say it."""

from __future__ import annotations

from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_declared import Declared, declared

SQL = "CREATE TABLE quotes (id int);\n"
EXPAND_HEADER, CONTRACT_HEADER = "-- hybrid.rollout: phase=expand\n", "-- hybrid.rollout: phase=contract\n"


def migration(
    text: Optional[str] = SQL, file: str = "V7__quotes.sql", phase: Optional[str] = None, where: str = ""
) -> Migration:
    return Migration(name="V7__quotes", text=text, file=file, phase=phase, declared_in=where)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (migration(EXPAND_HEADER + SQL), Declared("expand", "header (line 1)")),
        (migration("\ufeff-- migrate:up\r\n\r\n" + CONTRACT_HEADER + SQL), Declared("contract", "header (line 3)")),
        (migration("# hybrid.rollout: phase=expand\nimport os\n"), Declared("expand", "header (line 1)")),
        (
            migration("# frozen_string_literal: true\n#hybrid.rollout: phase=contract\nclass A\n"),
            Declared("contract", "header (line 2)"),
        ),
        (migration("// hybrid.rollout: phase=expand\nexports.up = 1\n"), Declared("expand", "header (line 1)")),
        (migration("/* hybrid.rollout: phase=contract */\n" + SQL), Declared("contract", "header (line 1)")),
        (migration("/**\n * hybrid.rollout: phase=contract\n */\n"), Declared("contract", "header (line 2)")),
        (
            migration("-- hybrid.rollout: phase=expand reviewed=anna\n" + SQL),
            Declared("expand", "header (line 1)", "anna"),
        ),
        (migration(file="2026/expand/7.sql"), Declared("expand", "directory (expand)")),
        (migration(file="2026\\Contract\\7.sql"), Declared("contract", "directory (Contract)")),
        (migration(file="post_migrate/7.rb"), Declared("contract", "directory (post_migrate)")),
        (migration(phase="contract", where="label"), Declared("contract", "label")),
        (
            migration(EXPAND_HEADER, "expand/7.sql", "expand", "manifest"),
            Declared("expand", "header (line 1)"),
        ),
        (
            migration("-- hybrid.rollout: phase=expand reviewed=anna\n", "expand/7.sql"),
            Declared("expand", "header (line 1)", "anna"),
        ),
        (migration(), Declared()),
        (migration(None), Declared()),
        (migration(file="contract.sql"), Declared()),
        (migration(file="2026/contract"), Declared()),
        (migration(file="expanded/7.sql"), Declared()),
        (migration("INSERT INTO t VALUES ('hybrid.rollout: phase=expand');\n"), Declared()),
    ],
)
def test_the_phase_is_found_where_its_author_declared_it_and_never_guessed(
    given: Migration, expected: Declared
) -> None:
    assert declared(given) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (migration(EXPAND_HEADER, "contract/7.sql"), ["expand by its header", "contract by its directory"]),
        (
            migration(CONTRACT_HEADER, phase="expand", where="manifest"),
            ["contract by its header", "expand by its manifest"],
        ),
        (
            migration(file="expand/7.sql", phase="contract", where="label"),
            ["expand by its directory", "contract by its label"],
        ),
        (migration(file="expand/contract/7.sql"), ["directory (expand)", "directory (contract)"]),
        (migration(EXPAND_HEADER + CONTRACT_HEADER), ["line 1", "line 2"]),
        (migration("-- hybrid.rollout: phase=contrakt\n"), ["phase=contrakt", "line 1", "phase=expand"]),
        (migration("-- hybrid.rollout: reviewed=anna\n"), ["reviewed=anna", "line 1"]),
        (migration("-- hybrid.rollout: phase=expand phase=contract\n"), ["line 1"]),
        (migration("-- hybrid.rollout: phase=expand, please\n"), ["please"]),
        (migration(SQL + CONTRACT_HEADER, "expand/7.sql"), ["line 2", "above"]),
    ],
)
def test_a_contradiction_and_a_slip_of_the_pen_stop_the_run_and_name_what_was_read(
    given: Migration, words: list[str]
) -> None:
    with pytest.raises(BadInput) as error:
        declared(given)
    assert all(word in str(error.value) for word in ["V7__quotes", *words])
