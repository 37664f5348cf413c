# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells HAProxy's agent checks whether this member takes customers, and remembers which of them have heard it.

    drain_agent.py --service quotes drain|ready|status                        for the member's operators; answers with JSON
    drain_agent.py --service quotes --readers lb1/quotes,lb2/quotes serve     started by systemd with the socket

`ready` clears whatever holds a server out, an operator's maintenance too. So it is said only to a reader that was told `drain`
before, until it has read it once; every other reader hears `up`, which clears nothing. Whoever is no reader hears nothing at all:
nobody is told `drain` who is not written down, and nobody else is written down. DrainAgent.cs beside this file is the same for Windows.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STATE = "/var/lib/hybrid-rollout-drain-agent"
FIRST_SOCKET = 3
SECONDS_FOR_A_NAME = 0.3
SECONDS_TO_READ = 2.0
LONGEST_NAME = 200
MOST_AT_ONCE = 64


class Book:
    """What is wanted since which change, and per reader what it was told and the last change that it has read. One file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        try:
            known: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
            return known
        except FileNotFoundError:
            return {"wanted": "ready", "change": 0, "readers": {}}

    @contextmanager
    def alone(self) -> Iterator[dict[str, Any]]:
        """Change what was read; it is written back whole, or not at all."""
        with open(f"{self._path}.lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self.read()
            before = json.dumps(known)
            yield known
            if json.dumps(known) != before:
                fresh = Path(f"{self._path}.new")
                with fresh.open("w", encoding="utf-8") as file:
                    json.dump(known, file)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(self._path)

    def want(self, wanted: str) -> bool:
        """Whether that is new. A drain can be wished for twice: the second is no change."""
        with self.alone() as known:
            if known["wanted"] == wanted:
                return False
            known.update(wanted=wanted, change=known["change"] + 1)
            return True

    def owed_ready(self) -> set[str]:
        """Who was told `drain` is answered also when it is no longer among the readers."""
        return {name for name, reader in self.read()["readers"].items() if reader["told"] == "drain"}

    def words_for(self, name: str, address: str) -> tuple[str, int]:
        """What this reader is told, noted before it is said: who may have heard `drain` will hear `ready`."""
        with self.alone() as known:
            reader = known["readers"].setdefault(name, {"address": address, "told": "up", "read": 0})
            reader["address"] = address
            if known["wanted"] == "drain":
                reader["told"] = "drain"
                return "drain", known["change"]
            return ("ready up" if reader["told"] == "drain" else "up"), known["change"]

    def has_read(self, name: str, change: int) -> None:
        with self.alone() as known:
            reader = known["readers"][name]
            if known["change"] == change and reader["read"] != change:
                reader["read"] = change
                if known["wanted"] == "ready":
                    reader["told"] = "up"


def name_of(door: socket.socket, address: str) -> str:
    """What HAProxy sends by itself (agent-send), or its address."""
    door.settimeout(SECONDS_FOR_A_NAME)
    try:
        said = door.recv(LONGEST_NAME).split(b"\n")[0].strip().decode("ascii")
    except (OSError, UnicodeDecodeError):
        return address
    return said if said and said.isprintable() else address


def has_gone(door: socket.socket) -> bool:
    """HAProxy does not wait for ever: a connection that lay there while no agent ran, has nobody at its other end."""
    door.setblocking(False)
    try:
        return door.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def answer(book: Book, readers: Collection[str], door: socket.socket, address: str) -> None:
    with door:
        name = name_of(door, address)
        if name not in readers or has_gone(door):
            return
        words, change = book.words_for(name, address)
        if has_gone(door):
            return
        try:
            door.settimeout(SECONDS_TO_READ)
            door.sendall(f"{words}\n".encode("ascii"))
            wait_until_it_is_read(door)
        except OSError:
            return
        book.has_read(name, change)


def wait_until_it_is_read(door: socket.socket) -> None:
    """HAProxy closes the connection once it has read the line, with a reset. One that does not in time has not read it."""
    end = time.monotonic() + SECONDS_TO_READ
    try:
        while door.recv(LONGEST_NAME):
            if time.monotonic() > end:
                raise TimeoutError
    except ConnectionResetError:
        pass


def serve(book: Book, readers: Collection[str]) -> None:
    """Beyond ``MOST_AT_ONCE`` they wait in the socket's queue, each for as long as HAProxy's check waits."""
    seats = threading.Semaphore(MOST_AT_ONCE)

    def take(door: socket.socket, address: str) -> None:
        try:
            answer(book, readers, door, address)
        finally:
            seats.release()

    with socket.socket(fileno=FIRST_SOCKET) as listener:
        while seats.acquire():
            door, address = listener.accept()
            # A socket for IPv6 has those of IPv4 under such an address.
            threading.Thread(target=take, args=(door, address[0].removeprefix("::ffff:")), daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--service", required=True)
    parser.add_argument("--state", default=STATE)
    parser.add_argument("--readers", default="", metavar="NAME,...", help="serve: who is answered")
    parser.add_argument("what", choices=["serve", "drain", "ready", "status"])
    options = parser.parse_args()
    place = Path(options.state)
    if not options.service.replace("-", "").replace("_", "").replace(".", "").isalnum():
        parser.error(f"--service {options.service!r}: letters, digits and - _ . are allowed")
    if not place.is_dir():
        parser.error(f"{place} is not there: is the agent installed, and was its socket unit started?")
    book = Book(place / f"{options.service}.json")
    if options.what == "serve":
        if os.environ.get("LISTEN_PID") != str(os.getpid()):
            parser.error("serve is started by its systemd socket unit, which hands it the socket")
        if not options.readers:
            parser.error("serve needs --readers: whoever is not among them is not answered")
        serve(book, {*options.readers.split(","), *book.owed_ready()})
    changed = options.what != "status" and book.want(options.what)
    json.dump({**book.read(), "changed": changed}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
