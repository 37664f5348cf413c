# SPDX-License-Identifier: GPL-3.0-or-later
"""newer_ansible installs once what it needs and runs the tests on it; where there is no Python for it, that is no failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools/newer_ansible"
PYTHON = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
    *venv*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; cp "$PYTEST" "$4/bin/pytest" ;;
    *download*) cp "$WHEEL" "${10}" ;;
    *install*) [ ! -e "$CALLS.offline" ] || { echo "no route to the index"; exit 1; } ;;
esac
"""
PYTEST = '#!/bin/sh\necho "pytest $*"\nls "${ANSIBLE_COLLECTIONS_PATH#*:}/ansible_collections"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the program, requirements, and a Python that only writes down what it is told."""
    for file in ("requirements.txt", "requirements-lab.txt", "requirements-test.txt"):
        (tmp_path / file).write_text("ansible-core>=2.19,<2.20  # old\npytest  # tests\n")
    (tmp_path / "tests/tools").mkdir(parents=True)
    shutil.copy(PROGRAM, tmp_path / "tests/tools")
    script(tmp_path / "python", PYTHON)
    script(tmp_path / "pytest", PYTEST)
    script(tmp_path / "tests/tools/find_python", f"#!/bin/sh\necho {tmp_path}/python\n")
    with zipfile.ZipFile(tmp_path / "ansible-14.0.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("ansible_collections/ansible/windows/MANIFEST.json", "{}")
        wheel.writestr("ansible_collections/cisco/ios/MANIFEST.json", "{}")
    (tmp_path / "cache").mkdir()
    return tmp_path


def script(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def run(checkout: Path, *arguments: str) -> tuple[int, str]:
    environment = {
        **os.environ,
        "HYBRID_ROLLOUT_CACHE": str(checkout / "cache"),
        "HYBRID_ROLLOUT_TREE": str(checkout / "tree"),
        "CALLS": str(checkout / "calls"),
        "PYTEST": str(checkout / "pytest"),
        "WHEEL": str(checkout / "ansible-14.0.0-py3-none-any.whl"),
    }
    done = subprocess.run(
        [checkout / "tests/tools/newer_ansible", *arguments],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


def test_the_tests_run_with_the_new_core_and_the_collections_that_they_read(checkout: Path) -> None:
    code, said = run(checkout, "tests/unit/winhost")
    assert code == 0, said
    assert "pytest tests/unit/winhost\n" in said
    assert "ansible\n" in said
    assert "cisco" not in said
    (installed,) = [call for call in calls(checkout) if "pip install" in call]
    assert "ansible-core>=2.21,<2.22 pytest" in installed
    assert "2.19" not in installed


def test_a_second_run_installs_nothing_until_a_requirement_changes(checkout: Path) -> None:
    run(checkout)
    first = len(calls(checkout))
    run(checkout)
    assert len(calls(checkout)) == first
    (checkout / "requirements-test.txt").write_text("pytest>=10\n")
    run(checkout)
    assert len(calls(checkout)) == 2 * first


def test_without_a_python_for_it_nothing_is_tried_and_nothing_has_failed(checkout: Path) -> None:
    script(checkout / "tests/tools/find_python", "#!/bin/sh\nexit 1\n")
    code, said = run(checkout)
    assert (code, said) == (
        0,
        "newer Ansible: not tried, ansible-core 2.21 needs Python 3.12 or newer and there is none here\n",
    )
    assert not (checkout / "calls").exists()


def test_an_installation_that_failed_is_told_in_the_words_of_pip_and_tried_again(checkout: Path) -> None:
    (checkout / "calls.offline").touch()
    code, said = run(checkout)
    assert code == 1
    assert "no route to the index" in said
    (checkout / "calls.offline").unlink()
    assert run(checkout)[0] == 0
