# SPDX-License-Identifier: GPL-3.0-or-later
"""Atlas, whose rows say how far each version came, and whose hashes cover the files before."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    BASELINE,
    EDITED,
    FAILED,
    IGNORED,
    IN_PROGRESS,
    OUT_OF_ORDER,
    PENDING,
    SKIPPED,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    standings,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

FILES: Mapping[str, str] = MappingProxyType(
    {"1_a.sql": "CREATE TABLE a (x int);\n", "2_b.sql": "CREATE TABLE b (x int);\n", "3.sql": "DROP TABLE a;\n"}
)
KEY = 2686470616


def hashes(files: Mapping[str, str]) -> dict[str, str]:
    so_far, found = b"", {}
    for name, text in sorted(files.items()):
        so_far += name.encode() + text.encode()
        found[name.partition("_")[0].removesuffix(".sql")] = base64.b64encode(hashlib.sha256(so_far).digest()).decode()
    return found


def row(
    version: str, type: int = 2, applied: int = 1, total: int = 1, error: str = "", files: Mapping[str, str] = FILES
) -> str:
    return f"""INSERT INTO atlas_schema_revisions (version, description, type, applied, total, executed_at, error, hash)
        VALUES ('{version}', 'x', {type}, {applied}, {total}, 't', '{error}', '{hashes(files).get(version, "")}');"""


def database(*statements: str, kind: str = "postgresql", held: object = None) -> Schemas:
    return Schemas(TABLES["atlas"], *statements, kind=kind, held=held)


@pytest.mark.parametrize(
    ("rows", "held", "expected", "words"),
    [
        ([row("1"), row(".atlas_cloud_identifier")], None, {"1": APPLIED, "2": PENDING, "3": PENDING}, ""),
        (
            [row("1"), row("2", applied=0, error="exists")],
            None,
            {"1": APPLIED, "2": FAILED, "3": PENDING},
            "0 of 1 statements; exists",
        ),
        (
            [row("1"), row("2", applied=1, total=3)],
            None,
            {"1": APPLIED, "2": FAILED, "3": PENDING},
            "no error is written",
        ),
        ([row("1"), row("2", applied=1, total=3)], KEY, {"1": APPLIED, "2": IN_PROGRESS, "3": PENDING}, "1 of 3"),
        ([row("2", type=1, applied=0, total=0)], None, {"1": IGNORED, "2": BASELINE, "3": PENDING}, ""),
        ([row("1"), row("2", type=4)], None, {"1": APPLIED, "2": SKIPPED, "3": PENDING}, "resolved by hand"),
        ([row("1"), row("2", type=6)], None, {"1": APPLIED, "2": APPLIED, "3": PENDING}, "resolved by hand"),
        ([row("1"), row("2"), row("3"), row("4")], None, {"1": APPLIED, "2": APPLIED, "3": APPLIED, "4": AHEAD}, ""),
    ],
)
def test_each_row_says_how_far_its_version_came(
    rows: list[str], held: object, expected: dict[str, str], words: str, tmp_path: Path
) -> None:
    found = standings("atlas", database(*rows, held=held), release_of(tmp_path, FILES))
    assert {name: standing.state for name, standing in found.items()} == expected
    assert words in found["2"].detail
    records = history("atlas", database(*rows, held=held)).records
    assert [record.name for record in records] == sorted(record.name for record in records)


def test_an_edited_file_is_named_and_those_after_it_are_not_accused(tmp_path: Path) -> None:
    release = release_of(tmp_path, {**FILES, "1_a.sql": "CREATE TABLE a (x bigint);\n"})
    found = standings("atlas", database(row("1"), row("2"), row("3")), release)
    assert [standing.state for standing in found.values()] == [EDITED, APPLIED, APPLIED]
    assert [("cannot be told" in standing.detail) for standing in found.values()] == [False, True, True]


def test_files_below_a_baseline_never_ran_and_accuse_nobody_either(tmp_path: Path) -> None:
    session = database(row("2", type=1, applied=0, total=0), row("3"))
    found = standings("atlas", session, release_of(tmp_path, FILES))
    assert [(standing.state, standing.detail) for standing in found.values()][1:] == [(BASELINE, ""), (APPLIED, "")]
    (tmp_path / "3.sql").write_text("DROP TABLE b;")
    assert states("atlas", session, tmp_path)["3"] == EDITED


def test_a_file_that_came_in_between_is_out_of_order_and_accuses_nobody(tmp_path: Path) -> None:
    release = release_of(tmp_path, {**FILES, "2_aa.sql": ""})
    (tmp_path / "2_aa.sql").rename(tmp_path / "15_c.sql")
    found = states("atlas", database(row("1"), row("2"), row("3")), release)
    assert found == {"1": APPLIED, "15": OUT_OF_ORDER, "2": APPLIED, "3": APPLIED}


def test_the_sum_of_the_folder_has_to_fit_its_files(tmp_path: Path) -> None:
    lines = [f"{name} h1:{digest}" for name, digest in zip(sorted(FILES), hashes(FILES).values())]
    release = release_of(tmp_path, {**FILES, "atlas.sum": "\n".join(["h1:all", *lines, ""])})
    assert [one.description for one in READERS["atlas"].migrations(release)] == ["a", "b", ""]
    (tmp_path / "2_b.sql").write_text("CREATE TABLE b (x bigint);\n")
    with pytest.raises(BadInput, match="is of other files, beginning with 2_b.sql: Atlas will refuse to run them"):
        READERS["atlas"].migrations(release)


def test_a_file_that_asks_to_be_left_out_of_the_sum_has_no_checksum(tmp_path: Path) -> None:
    release = release_of(tmp_path, {"1_a.sql": "-- atlas:sum ignore\n\nSELECT 1;\n", "2_b.sql": "SELECT 2;\n"})
    first, second = READERS["atlas"].migrations(release)
    digest = base64.b64encode(hashlib.sha256(b"1_a.sql2_b.sqlSELECT 2;\n").digest()).decode()
    assert (list(first.checksums), second.checksums[0]) == ([], digest)


@pytest.mark.parametrize(
    ("kind", "key", "held"),
    [
        ("postgresql", KEY, True),
        ("postgresql", None, False),
        ("mysql", "atlas_migrate_execute", True),
        ("mysql", None, False),
        ("sqlite", None, None),
    ],
)
def test_the_lock_is_seen_where_the_server_has_one(kind: str, key: object, held: Optional[bool]) -> None:
    assert history("atlas", database(kind=kind, held=key)).lock.held is held
