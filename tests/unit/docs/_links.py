# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the links of a page of Markdown lead."""

from __future__ import annotations

import re
from pathlib import Path


def files_linked_from(page: Path) -> set[Path]:
    """The files of the project that it points to, whether they are there or not."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    return {(page.parent / link).resolve() for link in links}
