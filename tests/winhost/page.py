# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of docs/windows_tested.md, out of the models. Run it to print the table anew."""

from __future__ import annotations

from .models.model import Model
from .models.table import MODELS


def table() -> str:
    rows = [_row(model) for _module, model in sorted(MODELS.items())]
    head = [
        "| module | scripts of | options honoured | options ignored, and why | known differences |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def _row(model: Model) -> str:
    honours = ", ".join(f"`{option}`" for option in sorted(model.honours))
    ignores = "; ".join(f"`{option}`: {why}" for option, why in sorted(model.ignores.items()))
    cells = (
        f"`{model.module}`",
        ", ".join(model.script_sha256.values()),
        honours or "none",
        ignores or "none",
        "; ".join(model.differences) or "none known",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(table())
