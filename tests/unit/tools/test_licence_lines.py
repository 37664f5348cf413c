# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files have to name their licence, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.tools.check_spdx import files_without_licence, names_its_licence

LINE = "# SPDX-License-Identifier: GPL-3.0-or-later"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"{LINE}\nkey: value\n", True),
        (f"<!-- {LINE[2:]} -->\n# Title\n", True),
        (f"#!/usr/bin/python\n# GNU General Public License v3.0+\n{LINE}\n", True),
        (f"#jinja2: lstrip_blocks: True\n{{# {LINE[2:]} #}}\n", True),
        ("", True),
        (f"---\n{LINE}\n", False),
        ("key: value\n", False),
        ("# SPDX-License-Identifier: MIT\n", False),
    ],
)
def test_the_licence_is_named_first_or_right_after_what_must_be_first(text: str, named: bool) -> None:
    assert names_its_licence(text) is named


def test_a_file_without_the_line_is_named_and_what_cannot_carry_it_is_left_out(tmp_path: Path) -> None:
    for name in ("faulty.yml", "plan.json", "tests/fixtures/haproxy/reply.txt", "changelogs/changelog.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("no licence here\n")
    names = ["faulty.yml", "plan.json", "tests/fixtures/haproxy/reply.txt", "changelogs/changelog.yaml", "deleted.yml"]
    assert list(files_without_licence(tmp_path, names)) == ["faulty.yml"]
