# SPDX-License-Identifier: GPL-3.0-or-later
"""Django, with its apps, dependencies and squashes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    IGNORED,
    MISSING,
    OUT_OF_ORDER,
    PENDING,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    release_of,
    standings,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

Pairs = Sequence[tuple[str, str]]
CLASS = """
from django.conf import settings
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)] + {dependencies!r}
    run_before = {run_before!r}
    replaces = {replaces!r}
    operations = [migrations.RunPython(print)]
"""


def app(label: str, **files: Pairs) -> dict[str, str]:
    """Files of one app, each with what it depends on."""
    return {
        f"{label}/migrations/__init__.py": "",
        **{f"{label}/migrations/{name.lstrip('_')}.py": one(dependencies) for name, dependencies in files.items()},
    }


def one(dependencies: Pairs, run_before: Pairs = (), replaces: Pairs = ()) -> str:
    return CLASS.format(dependencies=list(dependencies), run_before=list(run_before), replaces=list(replaces))


def database(*names: str) -> Schemas:
    rows = [
        f"INSERT INTO django_migrations (app, name, applied) VALUES ('{a}', '{b}', 't')"
        for a, b in (n.split(".") for n in names)
    ]
    return Schemas(TABLES["django"], *rows)


SHOP = app("shop", _0001_initial=[], _0002_colour=[("shop", "0001_initial"), ("stock", "0001_initial")])
STOCK = app("stock", _0001_initial=[("shop", "0001_initial"), ("auth", "__first__")])


def test_apps_come_in_the_order_of_what_they_need_and_an_installed_package_is_no_surprise(tmp_path: Path) -> None:
    found = standings(
        "django", database("auth.0001_initial", "shop.0001_initial"), release_of(tmp_path, {**SHOP, **STOCK})
    )
    assert {name: standing.state for name, standing in found.items()} == {
        "shop.0001_initial": APPLIED,
        "stock.0001_initial": PENDING,
        "shop.0002_colour": PENDING,
        "auth.0001_initial": APPLIED,
    }
    assert list(found) == ["shop.0001_initial", "stock.0001_initial", "shop.0002_colour", "auth.0001_initial"]
    assert "an app that the release's folder does not have" in found["auth.0001_initial"].detail


def test_an_older_release_meets_newer_rows_and_one_whose_file_was_deleted(tmp_path: Path) -> None:
    rows = ["shop.0001_initial", "shop.0001_mended", "shop.0002_colour", "shop.0003_later", "stock.0001_initial"]
    found = states("django", database(*rows), release_of(tmp_path, {**SHOP, **STOCK}))
    assert found["shop.0001_mended"] == MISSING
    assert found["shop.0003_later"] == AHEAD
    assert found["shop.0002_colour"] == APPLIED


def test_an_inconsistent_history_is_said_before_django_refuses(tmp_path: Path) -> None:
    found = standings(
        "django", database("shop.0001_initial", "shop.0002_colour"), release_of(tmp_path, {**SHOP, **STOCK})
    )
    assert found["stock.0001_initial"].state == OUT_OF_ORDER
    assert (
        "shop.0002_colour needs it and is applied: Django calls that an inconsistent"
        in found["stock.0001_initial"].detail
    )


@pytest.mark.parametrize(
    ("rows", "old_files_too", "expected"),
    [
        ([], False, {"shop.0001_all": PENDING}),
        ([], True, {"shop.0001_all": PENDING, "shop.0001_a": IGNORED, "shop.0002_b": IGNORED}),
        (["shop.0001_a"], True, {"shop.0001_all": IGNORED, "shop.0001_a": APPLIED, "shop.0002_b": PENDING}),
        (
            ["shop.0001_a", "shop.0002_b"],
            True,
            {"shop.0001_all": APPLIED, "shop.0001_a": APPLIED, "shop.0002_b": APPLIED},
        ),
        (["shop.0001_a", "shop.0002_b"], False, {"shop.0001_all": APPLIED}),
        (["shop.0001_a", "shop.0002_b", "shop.0001_all"], False, {"shop.0001_all": APPLIED}),
    ],
)
def test_squashed_migrations_and_those_they_came_from_stand_for_each_other(
    rows: list[str], old_files_too: bool, expected: dict[str, str], tmp_path: Path
) -> None:
    files = {"shop/migrations/0001_all.py": one([], (), [("shop", "0001_a"), ("shop", "0002_b")])}
    if old_files_too:
        files |= app("shop", _0001_a=[], _0002_b=[("shop", "0001_a")])
    assert states("django", database(*rows), release_of(tmp_path, files)) == expected


def test_what_must_run_before_another_and_the_ends_of_an_app_give_an_order(tmp_path: Path) -> None:
    files = {
        **app("a", _0001_x=[("z", "__latest__")]),
        **app("z", _0001_x=[], _0002_y=[("z", "0001_x")]),
        "zz_first/migrations/0001_x.py": one([], [("z", "0001_x")]),
    }
    assert [migration.name for migration in READERS["django"].migrations(release_of(tmp_path, files))] == [
        "zz_first.0001_x",
        "z.0001_x",
        "z.0002_y",
        "a.0001_x",
    ]


def test_an_app_may_have_another_label_than_its_folder(tmp_path: Path) -> None:
    config = "class ShopConfig(AppConfig):\n    name = 'company.shop'\n    label = 'webshop'\n"
    release = release_of(tmp_path, {**app("shop", _0001_initial=[]), "shop/apps.py": config})
    assert states("django", database("webshop.0001_initial"), release) == {"webshop.0001_initial": APPLIED}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "has no class Migration"),
        ("class Migration:\n    dependencies = find()", "dependencies in line 2 of .* is not written out as a list"),
        ("class Migration:\n    dependencies = [('shop',)]", "is not the name of an app and that of a migration"),
        ("class Migration:\n    dependencies = [NAME]", "dependencies in line 2 of .* is not written out"),
    ],
)
def test_a_file_that_cannot_be_read_without_running_it_says_so(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        READERS["django"].migrations(release_of(tmp_path, {"shop/migrations/0001_x.py": text}))
