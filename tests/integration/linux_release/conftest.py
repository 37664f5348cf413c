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

    def play(self, *steps: dict[str, Any], flags: tuple[str, ...] = (), variables: str = "") -> list[dict[str, Any]]:
        """One play of these steps, each with a rescue of its own: what each returned, and whether its rescue ran."""
        seen = self.work / "seen.json"
        seen.unlink(missing_ok=True)
        results = ", ".join(
            f"{{'result': done_{number}, 'rescued': rescued_{number} | default(false)}}" for number in range(len(steps))
        )
        look = {"content": f"{{{{ [{results}] | to_json }}}}", "dest": str(seen), "mode": "0600"}
        tasks = [self._step(number, dict(options)) for number, options in enumerate(steps)]
        write = {"name": "Look", "delegate_to": "localhost", "ansible.builtin.copy": look}
        playbook, inventory = self.work / "play.yml", self.work / "hosts"
        playbook.write_text(
            yaml.safe_dump([{"name": "Steps", "hosts": "app1", "gather_facts": False, "tasks": [*tasks, write]}])
        )
        inventory.write_text(f"app1 {variables or 'ansible_connection=local'}\nlocalhost ansible_connection=local\n")
        command = ["ansible-playbook", "-i", str(inventory), str(playbook), *flags]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
            stdin=subprocess.DEVNULL,
        )
        output = done.stdout + done.stderr
        assert seen.exists(), output
        return [{**told, "output": output} for told in json.loads(seen.read_text())]

    def _step(self, number: int, options: dict[str, Any]) -> dict[str, Any]:
        """``check`` among the options makes a step foretell only."""
        check_mode = options.pop("check", False)
        record = {"ledger": str(self.ledger), "run": "r1", "member": "app1", "step": f"{options['state']}_release"}
        step = {
            "name": f"Step {number}",
            "check_mode": check_mode,
            "diff": True,
            "register": f"done_{number}",
            "hybrid.rollout.linux_release": {"service_root": str(self.root), "record": record, **options},
        }
        note = {"name": "Note", "ansible.builtin.set_fact": {f"rescued_{number}": True}}
        return {"name": f"Try {number}", "block": [step], "rescue": [note]}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "store").mkdir()
    handler = functools.partial(Store, directory=str(tmp_path / "store"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield Bench(tmp_path, f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
