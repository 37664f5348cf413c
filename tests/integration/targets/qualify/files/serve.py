# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve a folder to a host, from the address that it can reach, and go on in the background: serve.py FOLDER HOST. Prints the URL.

It ends when the folder is gone, or after an hour.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LONGEST_SECONDS = 3600


def address_towards(host: str) -> str:
    """Ours on the way there. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, 9))
        return str(probe.getsockname()[0])


def go_to_background() -> None:
    """Whoever waits for the end of our output is not kept waiting."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def main() -> None:
    folder, host = Path(sys.argv[1]), sys.argv[2]
    answer = partial(SimpleHTTPRequestHandler, directory=str(folder))
    address = address_towards(host)
    server = ThreadingHTTPServer((address, 0), answer)
    if os.fork():
        print(f"http://{address}:{server.server_port}")
        return
    go_to_background()
    server.timeout, end = 0.2, time.monotonic() + LONGEST_SECONDS
    while folder.is_dir() and time.monotonic() < end:
        server.handle_request()


if __name__ == "__main__":
    main()
