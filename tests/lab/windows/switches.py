# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault switches of running members, over a socket: {"host": name, "faults": [...]} sets them, and is answered with what is set or an error."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...winhost.fleet import Fleet
from ..machines.system import LabError

PATIENCE_SECONDS = 10.0


@contextmanager
def reachable(fleet: Fleet, place: Path) -> Iterator[None]:
    """The socket is there while the block runs."""

    class Turn(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer = _turned(fleet, self.rfile.readline())
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    place.unlink(missing_ok=True)
    with socketserver.ThreadingUnixStreamServer(str(place), Turn) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            place.unlink(missing_ok=True)


def _turned(fleet: Fleet, line: bytes) -> dict[str, object]:
    asked = json.loads(line)
    if asked["host"] not in fleet.hosts:
        return {"error": f"no Windows member {asked['host']}; there are {', '.join(fleet.hosts)}"}
    faults = fleet.faults(asked["host"])
    try:
        for fault in asked["faults"]:
            faults.add(fault)
    except ValueError as error:
        return {"error": str(error)}
    faults.intersection_update(asked["faults"])
    return {"faults": sorted(faults)}


def turn(place: Path, host: str, faults: Iterable[str]) -> list[str]:
    """Set the faults of a host, and no others."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        try:
            connection.connect(str(place))
        except OSError as error:
            raise LabError(f"The Windows members do not run ({error}). Try: tests/lab/start --mixed") from error
        connection.sendall(json.dumps({"host": host, "faults": list(faults)}).encode() + b"\n")
        answer = json.loads(connection.makefile("rb").readline())
    if "error" in answer:
        raise LabError(str(answer["error"]))
    return list(answer["faults"])


def is_reachable(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(place)) == 0
