# SPDX-License-Identifier: GPL-3.0-or-later
"""What a database has, beside what a release has."""

from __future__ import annotations

from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    BASELINE,
    EDITED,
    FAILED,
    IGNORED,
    IN_PROGRESS,
    MISSING,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    SKIPPED,
    SUPERSEDED,
    UNDONE,
    Migration,
    Record,
    Standing,
)


def applied(name: str, state: str = APPLIED, checksum: Optional[str] = None) -> Record:
    return Record(name, state, version=name, checksum=checksum)


def of_release(name: str, *checksums: str) -> Migration:
    return Migration(name, version=name, checksums=checksums)


def states(standings: list[Standing]) -> dict[str, str]:
    return {standing.name: standing.state for standing in standings}


STORIES = {
    "the release brings one more": ([applied("1")], ["1", "2"], {"1": APPLIED, "2": PENDING}),
    "a hot fix was numbered below what is applied": (
        [applied("1"), applied("3")],
        ["1", "2", "3", "10"],
        {"1": APPLIED, "2": OUT_OF_ORDER, "3": APPLIED, "10": PENDING},
    ),
    "an older release meets a newer database": ([applied("1"), applied("2")], ["1"], {"1": APPLIED, "2": AHEAD}),
    "a script was deleted from the release": (
        [applied("1"), applied("2")],
        ["2", "10"],
        {"1": MISSING, "2": APPLIED, "10": PENDING},
    ),
    "the tool came to a database that was there before": (
        [applied("2", BASELINE)],
        ["1", "2", "10"],
        {"1": IGNORED, "2": BASELINE, "10": PENDING},
    ),
    "one failed, and what is behind it waits": (
        [applied("1"), applied("2", FAILED)],
        ["1", "2", "3"],
        {"1": APPLIED, "2": FAILED, "3": PENDING},
    ),
    "what failed above it does not put it out of order": (
        [applied("3", FAILED)],
        ["2", "3"],
        {"2": PENDING, "3": FAILED},
    ),
    "one is running": ([applied("1", IN_PROGRESS)], ["1"], {"1": IN_PROGRESS}),
    "one was marked as done": ([applied("1", SKIPPED)], ["1"], {"1": SKIPPED}),
    "one was taken back and waits again": (
        [applied("1"), applied("2", UNDONE)],
        ["1", "2"],
        {"1": APPLIED, "2": PENDING},
    ),
    "one failed that the release does not have": ([applied("1", FAILED)], ["2"], {"1": FAILED, "2": PENDING}),
    "a release without migrations": ([applied("1")], [], {"1": AHEAD}),
    "an empty database": ([], ["1", "2"], {"1": PENDING, "2": PENDING}),
}


@pytest.mark.parametrize("story", STORIES)
def test_each_migration_stands_where_a_tool_that_orders_by_version_has_it(story: str) -> None:
    records, release, expected = STORIES[story]
    standings = compare(records, [of_release(name) for name in release], place=int)
    assert states(standings) == expected
    assert [standing.name for standing in standings] == sorted(expected, key=int), "in the tool's order"


def test_without_versions_what_was_applied_after_all_that_the_release_knows_is_ahead() -> None:
    records = [Record(name, APPLIED) for name in ("users", "gone", "orders", "prices")]
    release = [Migration(name) for name in ("users", "late", "orders")]
    expected = {"users": APPLIED, "late": PENDING, "orders": APPLIED, "gone": MISSING, "prices": AHEAD}
    assert states(compare(records, release)) == expected
    assert list(states(compare(records, release))) == list(expected), "the release's order, then the database's"
    ran_again = [*records, Record("view", APPLIED, repeatable=True)]
    assert states(compare(ran_again, [*release, Migration("view")]))["prices"] == AHEAD, "though a view ran after it"


def test_a_release_of_which_the_database_knows_nothing_is_not_called_older_than_it() -> None:
    assert states(compare([Record("Old.App.1.sql", APPLIED)], [Migration("New.App.1.sql")])) == {
        "New.App.1.sql": PENDING,
        "Old.App.1.sql": MISSING,
    }


@pytest.mark.parametrize(
    ("recorded", "in_release", "expected"),
    [
        ("11", ["11"], APPLIED),
        ("11", ["7", "11"], APPLIED),
        ("11", ["7"], EDITED),
        (None, ["7"], APPLIED),
        ("11", [], APPLIED),
    ],
)
def test_an_edited_script_is_seen_where_both_sides_have_a_checksum(
    recorded: Optional[str], in_release: list[str], expected: str
) -> None:
    (standing,) = compare([applied("1", checksum=recorded)], [of_release("1", *in_release)], place=int)
    assert standing.state == expected
    assert ("11" in standing.detail and "7" in standing.detail) == (expected == EDITED)


def test_a_repeatable_one_counts_by_its_last_run_and_has_no_place_among_versions() -> None:
    runs = [
        Record("view", APPLIED, checksum="2", repeatable=True),
        Record("view", SUPERSEDED, checksum="1", repeatable=True),
        Record("dropped view", APPLIED, checksum="3", repeatable=True),
        applied("5"),
    ]
    release = [of_release("5"), Migration("view", checksums=("9",), repeatable=True)]
    standings = compare(runs, release, place=int)
    assert states(standings) == {"5": APPLIED, "view": OUTDATED, "dropped view": MISSING}
    assert states(compare(runs, [Migration("view", checksums=("2",), repeatable=True)], place=int))["view"] == APPLIED


def test_names_that_are_one_to_the_tool_are_one_here_and_keep_the_writing_of_the_release() -> None:
    (standing,) = compare([Record("20240101000000_INIT", APPLIED)], [Migration("20240101000000_Init")], same=str.lower)
    assert (standing.name, standing.state) == ("20240101000000_Init", APPLIED)


def test_a_phase_that_only_the_database_knows_is_kept_and_the_release_has_the_last_word() -> None:
    stored = Record("1", APPLIED, phase="contract")
    assert compare([stored], [Migration("1")])[0].phase == "contract"
    assert compare([stored], [])[0].phase == "contract"
    assert compare([stored], [Migration("1", phase="expand")])[0].phase == "expand"
