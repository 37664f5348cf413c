# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain agent of a member under a stand-in for systemd's socket unit: the socket stays, the process comes with a question."""

from __future__ import annotations

import json
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Optional

PROGRAM = Path(__file__).parents[3] / "roles/drain_agent/files/drain_agent.py"
TAKE_THE_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class AgentSocket:
    """``comes_back`` False: systemd does not start it again after it was killed."""

    def __init__(self, state: Path) -> None:
        state.mkdir()
        self.comes_back = True
        self._state = state
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._activate, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def command(self) -> list[str]:
        return [str(PROGRAM), "--state", str(self._state), "--service", "quotes"]

    def tell(self, what: str) -> dict[str, Any]:
        done = subprocess.run([sys.executable, *self.command, what], capture_output=True, text=True, check=True)
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def have_read(self, *names: str) -> bool:
        status = self.tell("status")
        return all(status["readers"].get(name, {}).get("read") == status["change"] for name in names)

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        self._closed.set()
        self._thread.join(10)
        self.kill()
        self._listener.close()

    def _activate(self) -> None:
        while not self._closed.is_set():
            dead = self._process is None or self._process.poll() is not None
            if not (dead and self.comes_back):
                self._closed.wait(0.02)
            elif select.select([self._listener], [], [], 0.05)[0]:
                number = self._listener.fileno()
                serve = [sys.executable, "-c", TAKE_THE_SOCKET, str(number), *self.command, "serve"]
                self._process = subprocess.Popen(serve, pass_fds=[number])
