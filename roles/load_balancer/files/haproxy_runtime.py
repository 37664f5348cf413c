# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reload of this host's HAProxy needs around it; installed by the role hybrid.rollout.load_balancer.

haproxy_runtime.py save-state   writes down every server's placement; systemd runs it as a part of each reload
haproxy_runtime.py settle       reloads HAProxy unless it already runs what is in its configuration file, and waits until it does
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from typing import Optional

ADMIN_SOCKET = "/run/haproxy/admin.sock"
CONFIGURATION = "/etc/haproxy/haproxy.cfg"
STATE = "/run/haproxy/server-state"
SETTLE_SECONDS = 30


def ask(command: str) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(10)
        connection.connect(ADMIN_SOCKET)
        connection.sendall(command.encode() + b"\n")
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def configured_ports() -> dict[tuple[str, str], str]:
    pool, ports = "", {}
    with open(CONFIGURATION) as file:
        for words in map(str.split, file):
            if words[:1] in (["backend"], ["listen"]):
                pool = words[1]
            elif words[:1] == ["server"]:
                ports[pool, words[1]] = words[2].rpartition(":")[2]
    return ports


def with_configured_ports(state: str) -> str:
    """HAProxy believes the saved port and not a new one in its configuration, so the saved one has to be the new one."""
    version, header, *rows = state.rstrip("\n").split("\n")
    columns = header.split()[1:]
    ports = configured_ports()
    lines = [version, header]
    for row in rows:
        server = dict(zip(columns, row.split()))
        name = (server["be_name"], server["srv_name"])
        lines.append(" ".join({**server, "srv_port": ports.get(name, server["srv_port"])}.values()))
    return "\n".join(lines) + "\n"


def save_state() -> str:
    """An HAProxy without an admin socket has placements that nobody moved; one that does not answer is not reloaded."""
    if not os.path.exists(ADMIN_SOCKET):
        return f"no {ADMIN_SOCKET}: nothing to save"
    state = ask("show servers state").strip("\n")
    if not state.startswith("1\n# be_id "):
        sys.exit(f"haproxy-runtime: asked {ADMIN_SOCKET} to `show servers state`, it answered: {state!r}")
    with open(STATE + ".new", "w") as file:
        file.write(with_configured_ports(state))
    os.replace(STATE + ".new", STATE)
    return f"saved {STATE}"


def fingerprint(text: str) -> Optional[str]:
    found = re.search(r"^\s*description:? (configuration-\w+)$", text, re.MULTILINE)
    return found.group(1) if found else None


def running() -> Optional[str]:
    try:
        return fingerprint(ask("show info"))
    except OSError:
        return None


def settle() -> str:
    with open(CONFIGURATION) as file:
        wanted = fingerprint(file.read())
    if running() == wanted:
        return "settled already"
    subprocess.run(["systemctl", "reload", "haproxy.service"], check=True)
    deadline = time.monotonic() + SETTLE_SECONDS
    while running() != wanted:
        if time.monotonic() > deadline:
            sys.exit(
                f"haproxy-runtime: {SETTLE_SECONDS} s after its reload HAProxy still doesn't run {CONFIGURATION}"
                f" ({wanted}; it says {running()}). See: journalctl -u haproxy.service"
            )
        time.sleep(0.05)
    return "reloaded"


VERBS = {"save-state": save_state, "settle": settle}

if __name__ == "__main__":
    if sys.argv[1:] not in [[verb] for verb in VERBS]:
        sys.exit(__doc__)
    try:
        print(VERBS[sys.argv[1]]())
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"haproxy-runtime {sys.argv[1]}: {error}")
