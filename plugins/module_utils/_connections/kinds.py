# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection plugins whose ways are judged. Private to hybrid.rollout.

A new one is a file beside this one with ``OPTIONS`` (the plugin's options that matter), perhaps ``VARIABLES`` (which the plugin hands on as
they are), and ``weaknesses``; and one line in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable, NamedTuple

from ansible_collections.hybrid.rollout.plugins.module_utils._connections import paramiko, psrp, ssh, winrm
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import Weakness


class Kind(NamedTuple):
    options: Sequence[str]
    weaknesses: Callable[[Mapping[str, Any]], Iterator[Weakness]]
    variables: Sequence[str] = ()


KINDS = {
    "winrm": Kind(winrm.OPTIONS, winrm.weaknesses, winrm.VARIABLES),
    "psrp": Kind(psrp.OPTIONS, psrp.weaknesses),
    "ssh": Kind(ssh.OPTIONS, ssh.weaknesses),
    "paramiko_ssh": Kind(paramiko.OPTIONS, paramiko.weaknesses),
}
