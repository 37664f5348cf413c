# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain agents of a member, each under a stand-in for what starts it again: systemd's socket unit, Windows' service control."""

from __future__ import annotations

import json
import select
import signal
import socket
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

FILES = Path(__file__).parents[3] / "roles/drain_agent/files"
READERS = ("lb1/quotes", "lb2/quotes")
TAKE_THE_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class Agent(ABC):
    """``comes_back`` False: it is not started again after it was killed. ``readers`` count from its next start."""

    port: int

    def __init__(self, program: Sequence[str], state: Path) -> None:
        state.mkdir()
        self.command = [*program, "--state", str(state), "--service", "quotes"]
        self.readers: Sequence[str] = READERS
        self.comes_back = True
        self.process: Optional[subprocess.Popen[bytes]] = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._start_again, daemon=True)

    def serve(self, how: str = "serve") -> list[str]:
        return [*self.command, "--readers", ",".join(self.readers), how]

    @abstractmethod
    def _is_wanted(self) -> bool: ...

    @abstractmethod
    def _start(self) -> subprocess.Popen[bytes]: ...

    def tell(self, what: str) -> dict[str, Any]:
        done = subprocess.run([*self.command, what], capture_output=True, text=True, check=True)
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def have_read(self, *names: str) -> bool:
        status = self.tell("status")
        return all(status["readers"].get(name, {}).get("read") == status["change"] for name in names)

    def answer_to(self, said: bytes) -> bytes:
        """What somebody gets who says this and closes once there is an answer, as HAProxy does; nothing from a dead agent."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as asking:
                asking.sendall(said)
                return asking.recv(100)
        except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            return b""

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        self._closed.set()
        self._thread.join(10)
        self.kill()

    def _start_again(self) -> None:
        while not self._closed.is_set():
            dead = self.process is None or self.process.poll() is not None
            if not (dead and self.comes_back):
                self._closed.wait(0.02)
            elif self._is_wanted():
                self.process = self._start()


class LinuxAgent(Agent):
    """The socket stays, the process comes with a question."""

    def __init__(self, state: Path) -> None:
        super().__init__([sys.executable, str(FILES / "drain_agent.py")], state)
        # Of IPv6 for both, as systemd's are.
        at = ("::ffff:127.0.0.1", 0)
        self._listener = socket.create_server(at, family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._thread.start()

    def close(self) -> None:
        super().close()
        self._listener.close()

    def _is_wanted(self) -> bool:
        return bool(select.select([self._listener], [], [], 0.05)[0])

    def _start(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        take = [sys.executable, "-c", TAKE_THE_SOCKET, str(number)]
        return subprocess.Popen([*take, *self.serve()[1:]], pass_fds=[number])


class WindowsAgent(Agent):
    """It listens itself: the port is refused while it is dead. ``program`` is compiled, with what it runs on before it."""

    def __init__(self, program: Sequence[str], state: Path) -> None:
        super().__init__(program, state)
        self.port = free_port()
        self.command += ["--port", str(self.port)]
        self._thread.start()

    def _is_wanted(self) -> bool:
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.serve())
