# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask ssh how it will check a host's key, with Ansible's arguments and with its own configuration. Private to hybrid.rollout."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

TIMEOUT_SECONDS = 20
KEY = "stricthostkeychecking"


def host_key_checking(member: str, options: Mapping[str, Any]) -> str:
    """``ssh -G`` connects to nobody: it prints the settings that a connection would have."""
    command = _command(options)
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(f"The way to {member} cannot be judged: {shlex.join(command)} gave: {error}") from error
    settings = dict(line.partition(" ")[::2] for line in done.stdout.splitlines())
    if done.returncode or KEY not in settings:
        raise BadInput(
            f"The way to {member} cannot be judged: {shlex.join(command)} gave: {done.stderr.strip() or 'no settings'}. "
            "Check ansible_ssh_common_args and the other arguments for ssh."
        )
    return settings[KEY]


def _command(options: Mapping[str, Any]) -> list[str]:
    """The arguments in the order of Ansible's plugin: of two settings, ssh takes the first."""
    command = [options["ssh_executable"], *shlex.split(options["ssh_args"] or "")]
    if options["host_key_checking"] is False:
        command += ["-o", "StrictHostKeyChecking=no"]
    for setting, option in (("Port", "port"), ("User", "remote_user")):
        if options[option]:
            command += ["-o", f"{setting}={options[option]}"]
    for option in ("ssh_common_args", "ssh_extra_args"):
        command += shlex.split(options[option] or "")
    return [*command, "-G", options["host"]]
