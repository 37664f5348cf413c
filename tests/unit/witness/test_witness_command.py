# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as the demo uses it: started, stopped with SIGTERM, and its account read."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import ansible_collections.hybrid.rollout.tests.lab.witness.load as load_module
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record, RecordsFile, read_records
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS, free_port, wait_until
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.running_quotes import running

WITNESS = str(Path(str(load_module.__file__)).parent / "witness")


def records_in(folder: Path) -> list[Record]:
    path = folder / "requests.csv"
    return list(read_records(path)) if path.exists() else []


def test_until_sigterm_it_sends_and_then_leaves_a_whole_account(tmp_path: Path) -> None:
    log_port = free_port()
    command = [sys.executable, WITNESS, "--output", str(tmp_path), "--rate", "100"]
    command += ["--log-address", f"127.0.0.1:{log_port}"]
    with running(Release("1.6", 0.0, "errors_for_customers"), tmp_path) as quotes:
        quotes.wait_until_ready()
        url = f"http://127.0.0.1:{quotes.port}"
        command += ["--url", f"{url}/health", "--url", f"{url}/"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                wait_until(lambda: any(record.failed for record in records_in(tmp_path)))
                first = next(record for record in records_in(tmp_path) if record.failed)
                line = f'x quotes/app1 0/0/0/0/0 500 1 - - SH-- 1/1/0/0/0 0/0 {{{first.id}}} "GET / HTTP/1.1"'
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as balancer:
                    balancer.sendto(line.encode(), ("127.0.0.1", log_port))
                process.send_signal(signal.SIGTERM)
                said, _errors = process.communicate(timeout=PATIENCE_SECONDS)
            finally:
                process.kill()
    assert process.returncode == 0
    account = json.loads((tmp_path / "witness.json").read_text())
    records = records_in(tmp_path)
    totals = account["totals"]
    assert "rows" not in totals
    assert totals["requests"] == len(records) == sum(row["requests"] for row in account["seconds"])
    assert totals["failed"] == len(account["failures"]) == sum(record.failed for record in records)
    assert totals["by_version"] == {"1.6": len(records)}
    assert f"witness: {len(records)} requests, {totals['failed']} failed" in said.splitlines()[-1]
    logged = next(failure["log"] for failure in account["failures"] if failure["id"] == first.id)
    assert (logged["termination"], logged["server"]) == ("SH--", "app1")
    assert not list(tmp_path.glob(".*.partial"))


def test_it_says_why_it_cannot_start(tmp_path: Path) -> None:
    command = [sys.executable, WITNESS, "--output", str(tmp_path), "--log-address", "192.0.2.1:5514"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert refused.returncode == 1
    assert refused.stderr.startswith("witness: cannot take the balancers' log at 192.0.2.1:5514: ")
    assert "Traceback" not in refused.stderr


def test_records_can_be_read_while_the_last_line_is_being_written(tmp_path: Path) -> None:
    record = Record("w-1", 1795000000.1234, "10.77.0.11", "kept", 503, "status", 2.25, "1.1", "app1", True)
    file = RecordsFile(tmp_path / "requests.csv")
    file.append(record)
    file.append(record)
    file.close()
    whole = (tmp_path / "requests.csv").read_text()
    (tmp_path / "requests.csv").write_text(whole[:-9])
    assert list(read_records(tmp_path / "requests.csv")) == [record]
