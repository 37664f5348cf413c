# SPDX-License-Identifier: GPL-3.0-or-later
"""A module call that goes on after its answer: a file on the host tells how far it is, and async_status reads that."""

from __future__ import annotations

import json
import ntpath
import os
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any

from .modelled_host import ModelledHost
from .wire.payload import Asynchronous


def start(host: ModelledHost, asked: Asynchronous, carry_out: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What the host answers at once."""
    job = f"{asked.job}.{os.getpid()}"
    path = ntpath.join(host.drives.expanded(asked.directory), job)
    real = host.drives.real(path)
    real.parent.mkdir(parents=True, exist_ok=True)

    def tell(values: Mapping[str, Any]) -> None:
        whole = real.with_suffix(".new")
        whole.write_text(json.dumps({**values, "ansible_job_id": job, "started": True}), encoding="utf-8")
        whole.replace(real)

    def work() -> None:
        done: dict[str, Any] = {}
        worker = Thread(target=lambda: done.update(carry_out()), daemon=True)
        worker.start()
        worker.join(asked.timeout_seconds)
        late = {"failed": True, "msg": "timed out waiting for module completion"}
        tell({**(late if worker.is_alive() else done), "finished": True})

    tell({"finished": False})
    Thread(target=work, daemon=True).start()
    return {
        "started": True,
        "finished": False,
        "results_file": path,
        "ansible_job_id": job,
        "_ansible_suppress_tmpdir_delete": True,
    }
