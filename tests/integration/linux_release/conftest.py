# SPDX-License-Identifier: GPL-3.0-or-later
"""An artifact store on loopback, and plays of two tasks against a member that is this machine."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml


class Store(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Bench:
    """``store`` holds what is published, ``root`` is the service's, and plays run in ``work``."""

    work: Path
    url: str

    @property
    def root(self) -> Path:
        return self.work / "srv/quotes"

    @property
    def ledger(self) -> Path:
        return self.work / "ledger.sqlite3"

    def publish(self, version: str, *extra: tarfile.TarInfo) -> dict[str, str]:
        """The options that ask for the artifact."""
        path = self.work / f"store/quotes-{version}.tar.gz"
        program = f"#!/bin/sh\necho {version}\n".encode()
        with tarfile.open(path, "w:gz") as tar:
            info = tarfile.TarInfo("bin/quotes")
            info.size, info.mode = len(program), 0o755
            tar.addfile(info, io.BytesIO(program))
            for member in extra:
                tar.addfile(member)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return {"version": version, "url": f"{self.url}/{path.name}", "sha256": digest}

    def task(self, state: str, *flags: str, variables: str = "", **options: object) -> dict[str, Any]:
        """Run one task and a second that sees its result; return the result and whether the play's rescue ran."""
        record = {"ledger": str(self.ledger), "run": "r1", "member": "app1", "step": f"{state}_release"}
        options = {"service_root": str(self.root), "state": state, "record": record, **options}
        seen = self.work / "seen.json"
        seen.unlink(missing_ok=True)
        look = {"name": "Look", "delegate_to": "localhost", "check_mode": False}
        copy = {
            "dest": str(seen),
            "mode": "0600",
            "content": "{{ {'result': done, 'rescued': rescued | default(false)} | to_json }}",
        }
        play = {
            "name": "One step",
            "hosts": "app1",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Try",
                    "block": [{"name": "Step", "hybrid.rollout.linux_release": options, "register": "done"}],
                    "rescue": [{"name": "Note", "ansible.builtin.set_fact": {"rescued": True}}],
                },
                {**look, "ansible.builtin.copy": copy},
            ],
        }
        playbook = self.work / "play.yml"
        playbook.write_text(yaml.safe_dump([play]))
        inventory = self.work / "hosts"
        inventory.write_text(f"app1 {variables or 'ansible_connection=local'}\nlocalhost ansible_connection=local\n")
        command = ["ansible-playbook", "-i", str(inventory), str(playbook), *flags]
        environment = {**os.environ, "ANSIBLE_NOCOLOR": "1"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=200, check=False, env=environment, stdin=subprocess.DEVNULL
        )
        assert seen.exists(), done.stdout + done.stderr
        return {**json.loads(seen.read_text()), "output": done.stdout + done.stderr}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "store").mkdir()
    handler = functools.partial(Store, directory=str(tmp_path / "store"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield Bench(tmp_path, f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
