# SPDX-License-Identifier: GPL-3.0-or-later
"""The core must be importable on a target: no Ansible, nothing installed, nothing of the outer rings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / "tools" / "check_core_imports.py"


def check(tree: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        path = tree / "ansible_collections/hybrid/rollout/plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return subprocess.run(
        [sys.executable, "-I", "-S", str(CHECK), str(tree)], check=False, capture_output=True, text=True
    )


def test_a_core_of_the_standard_library_passes(tmp_path: Path) -> None:
    done = check(tmp_path, {"module_utils/_one.py": "import json\n"})
    assert done.returncode == 0, done.stdout
    assert "1 files, 0 at fault" in done.stdout


@pytest.mark.parametrize("package", ["ansible.errors", "yaml", "jmespath"])
def test_a_core_file_that_needs_something_installed_is_named(tmp_path: Path, package: str) -> None:
    done = check(tmp_path, {"module_utils/_haproxy/client.py": f"import {package}\n"})
    assert done.returncode == 1
    assert "module_utils._haproxy.client cannot be imported without Ansible" in done.stdout


def test_a_core_file_that_reaches_outwards_is_found(tmp_path: Path) -> None:
    inwards = "from ansible_collections.hybrid.rollout.plugins.plugin_utils import _outer\n"
    done = check(tmp_path, {"plugin_utils/_outer.py": "", "module_utils/_one.py": inwards})
    assert done.returncode == 1
    assert "plugins.plugin_utils._outer was imported by the core" in done.stdout


def test_an_empty_core_is_no_success(tmp_path: Path) -> None:
    assert check(tmp_path, {}).returncode == 1
