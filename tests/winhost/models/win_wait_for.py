# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_wait_for: a port that opens or closes, a file that comes or goes."""

from __future__ import annotations

import re
import socket
import time
from typing import Any

from ..host.host import Host
from ..host.win32 import NotModelled
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    port, path, appears = call.get("port"), call.get("path"), call.get("state", "started") in ("started", "present")
    if (port is None) == (path is None):
        raise NotModelled("win_wait_for is modelled for either a port or a path")
    if call.get("state") == "drained":
        raise NotModelled("win_wait_for with state=drained is not modelled")
    began = time.monotonic()
    attempts = 0
    while time.monotonic() - began < call.get("timeout", 300):
        attempts += 1
        if (_is_open(host, call) if path is None else _matches(host, call)) == appears:
            return {"changed": False, "elapsed": time.monotonic() - began, "wait_attempts": attempts}
        time.sleep(call.get("sleep", 1))
    told = {"changed": False, "elapsed": time.monotonic() - began, "wait_attempts": attempts}
    if path is None:
        what = f"{call.get('host', '127.0.0.1')}:{port} to {'start' if appears else 'stop'} listening"
    elif call.get("regex"):
        what = f"string regex {call.get('regex')} in file {path} to {'' if appears else 'not '}match"
    else:
        what = f"file {path} to be {'present' if appears else 'absent'}"
    raise ModuleFailed(f"timeout while waiting for {what}", told)


def _is_open(host: Host, call: Call) -> bool:
    named = call.get("host", "127.0.0.1")
    address = host.address if named in ("127.0.0.1", "localhost") else named
    try:
        socket.create_connection((address, call.get("port")), call.get("connect_timeout", 5)).close()
    except OSError:
        return False
    return True


def _matches(host: Host, call: Call) -> bool:
    real, regex = host.drives.real(call.get("path")), call.get("regex")
    if not real.exists() or regex is None:
        return real.exists()
    return re.search(regex, real.read_text(encoding="utf-8", errors="replace"), re.IGNORECASE) is not None


MODEL = Model(
    module="ansible.windows.win_wait_for",
    honours=frozenset({"host", "port", "path", "regex", "state", "timeout", "sleep", "connect_timeout"}),
    script_sha256={
        "0e2e5c566aa6e24380f380956e084ad92cf55904718a1b7df06c9c3fdc16b40d": "3.3.0, 3.8.0",
    },
    differences=("127.0.0.1 is the host's own address", "no state=drained, no delay", "either a port or a path"),
    carry_out=carry_out,
)
