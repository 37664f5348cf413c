# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole gate, on stand-ins of its steps: it stops at the first failure, and the lab goes down whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN_TESTS = Path(__file__).parents[2] / "tools" / "run_tests"
IN_CHECKOUT = (
    "tests/tools/check",
    "tests/tools/sanity",
    "tests/tools/installed_collection",
    "tests/tools/install_collections",
    "tests/tools/migration_tools",
    "tests/tools/newer_ansible",
    "tests/lab/start",
    "tests/lab/lab",
)
ON_PATH = ("ansible-lint", "pytest", "molecule")
REPORT = '<testsuites><testsuite tests="5" failures="{failures}" errors="0" skipped="1"/></testsuites>'


def command(path: Path, body: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "${{0##*/}} $*" >>"$CALLS"\n{body}\n')
    path.chmod(0o755)


def report(failures: int) -> str:
    return (
        f"""file=${{PYTEST_ADDOPTS##*=}}; echo '{REPORT.format(failures=failures)}' >"$file"; exit {min(failures, 1)}"""
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (*IN_CHECKOUT, *(f"bin/{name}" for name in ON_PATH)):
        command(tmp_path / name)
    for name in ("tests/tools/check", "bin/pytest"):
        command(tmp_path / name, report(failures=0))
    shutil.copy(RUN_TESTS, tmp_path / "tests/tools/run_tests")
    (tmp_path / "molecule/first_rollout").mkdir(parents=True)
    (tmp_path / "molecule/first_rollout/molecule.yml").touch()
    return tmp_path


def begin(checkout: Path) -> subprocess.Popen[str]:
    env = {
        **os.environ,
        "PATH": f"{checkout}/bin:{os.environ['PATH']}",
        "CALLS": str(checkout / "calls"),
        "PYTEST_ADDOPTS": "",
    }
    env.pop("HAPROXY_SUITES", None)
    script = [sys.executable, str(checkout / "tests/tools/run_tests")]
    return subprocess.Popen(script, cwd=checkout, env=env, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str], checkout: Path) -> tuple[int, list[str], list[str]]:
    output, _errors = process.communicate(timeout=60)
    return process.returncode, output.splitlines(), (checkout / "calls").read_text().splitlines()


def test_everything_passes_and_the_last_line_sums_up_what_pytest_counted(checkout: Path) -> None:
    code, lines, calls = finish(begin(checkout), checkout)
    assert code == 0
    assert [call.split()[0] for call in calls[:4]] == ["check", "ansible-lint", "sanity", "installed_collection"]
    assert calls[4] == "lab base bookworm trixie alertmanager mariadb migration-tools monitoring mono postgresql"
    without_lab = ["install_collections", "migration_tools", "pytest", "newer_ansible"]
    with_lab = ["start", "pytest", "molecule"]
    assert [call.split()[0] for call in calls[5:12]] == [*without_lab, *with_lab]
    assert calls[12:] == ["lab down", "lab leftovers"]
    assert lines[-2].startswith("PASSED; 14 steps")
    assert lines[-1] == "12 passed, 0 failed, 3 skipped"


def test_without_stories_molecule_is_not_asked(checkout: Path) -> None:
    shutil.rmtree(checkout / "molecule")
    code, _lines, calls = finish(begin(checkout), checkout)
    assert code == 0
    assert not any(call.startswith("molecule") for call in calls)


def test_a_failing_test_stops_the_run_and_the_lab_goes_down(checkout: Path) -> None:
    command(checkout / "bin/pytest", report(failures=2))
    code, lines, calls = finish(begin(checkout), checkout)
    assert code == 1
    assert calls[-3:] == ["pytest -n 3 --dist loadgroup -m not lab tests/integration", "lab down", "lab leftovers"]
    assert lines[-2].startswith("FAILED, step 8 failed: integration tests that need no lab")
    assert lines[-1] == "6 passed, 2 failed, 2 skipped"


def test_a_failing_step_that_counts_no_tests_is_never_summed_up_as_none_failed(checkout: Path) -> None:
    command(checkout / "tests/tools/sanity", "exit 3")
    code, lines, calls = finish(begin(checkout), checkout)
    assert code == 1
    assert "-- 3. FAILED with exit code 3" in "\n".join(lines)
    assert lines[-1] == "4 passed, 1 failed, 1 skipped"
    assert calls[-2:] == ["lab down", "lab leftovers"]


def test_leftovers_of_the_lab_fail_the_run(checkout: Path) -> None:
    command(checkout / "tests/lab/lab", '[ "$1" != leftovers ]')
    code, lines, _calls = finish(begin(checkout), checkout)
    assert code == 1
    assert "failed: what is left of the lab" in lines[-2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_ends_its_step_and_takes_the_lab_down(checkout: Path, number: signal.Signals) -> None:
    command(
        checkout / "tests/lab/start",
        'trap "echo cleaned >>$CALLS; exit 130" INT; touch started; while :; do sleep 0.1; done',
    )
    process = begin(checkout)
    deadline = time.monotonic() + 60
    while not (checkout / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    code, lines, calls = finish(process, checkout)
    assert code == 1
    assert calls[-3:] == ["cleaned", "lab down", "lab leftovers"]
    assert lines[-2].startswith(f"FAILED, stopped by {number.name} in step 10")
