# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.manifest import manifest_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration


def test_what_a_build_wrote_down_is_what_the_release_has(tmp_path: Path) -> None:
    file = tmp_path / "migrations.json"
    file.write_text(
        """{"tool": "efcore", "migrations": [
            {"name": "20260101_Quotes", "version": "1", "checksum": "abc", "description": "the first"},
            {"name": "views", "repeatable": true, "phase": "expand", "needs": ["20260101_Quotes"]}]}""",
        encoding="utf-8-sig",  # as tools on Windows write it
    )
    found = manifest_in(file)
    assert found.tool == "efcore"
    assert found.migrations == (
        Migration("20260101_Quotes", "1", "the first", ("abc",)),
        Migration("views", repeatable=True, phase="expand", declared_in="manifest", needs=("20260101_Quotes",)),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("[]", "has to be"),
        ('{"tool": "efcore"}', "has to be"),
        ('{"migrations": []}', "does not say its tool"),
        ('{"tool": "efcore", "migrations": ["1"]}', r"migrations\[0\], has no name"),
        ('{"tool": "efcore", "migrations": [{"name": "1"}, {"name": ""}]}', r"migrations\[1\], has no name"),
        ('{"tool": "efcore", "migrations": [{"name": "1"}, {"name": "1"}]}', "has 1 more than once"),
        ('{"tool": "efcore", "migrations": [{"name": "1", "fase": "expand"}]}', "fase is not known; there are name"),
        ('{"tool": "efcore", "migrations": [{"name": "1", "phase": "later"}]}', "'later'; it has to be expand or"),
        ('{"tool": "efcore", "migrations": [{"name": "1", "version": 1}]}', "version has to be text, and is 1"),
        ('{"tool": "efcore", "migrations": [{"name": "1", "repeatable": "no"}]}', "true or false"),
        ('{"tool": "efcore", "migrations": [{"name": "1", "needs": "0"}]}', "list of names, and is '0'"),
    ],
)
def test_a_fault_is_told_with_the_file_and_its_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "migrations.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=f"The manifest {file}.*{words}"):
        manifest_in(file)
