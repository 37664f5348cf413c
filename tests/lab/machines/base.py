# SPDX-License-Identifier: GPL-3.0-or-later
"""The base tree of a Debian release: what every machine of that release starts from, shared and never written to."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import kept, mirror
from .system import LabError, run

REVISION = 1  # raise it when prepare() changes
PACKAGES = (
    *("ca-certificates", "curl", "dbus", "haproxy", "iproute2", "nginx-light"),
    *("openssh-server", "procps", "python3", "python3-asyncpg", "systemd", "systemd-sysv"),
)
NEVER = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer"),
    *("console-getty.service", "getty@.service", "getty-static.service"),
)
STARTS_BY_ITSELF = "ssh.service"
SSHD = """\
HostKey /etc/ssh/ssh_host_ed25519_key
MaxStartups 200
PermitRootLogin prohibit-password
PrintMotd no
UseDNS no
"""
SCRIPTS = Path("/usr/share/debootstrap/scripts")
# Its own mounts and process numbers: when the build is killed, or the lab's command is, nothing of it stays.
APART = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def recipe(suite: str) -> dict[str, Any]:
    return {"suite": suite, "packages": PACKAGES, "revision": REVISION}


def is_made(state: Path, suite: str) -> bool:
    return kept.is_made(tree(state, suite), recipe(suite))


def is_out_of_date(state: Path, suite: str) -> bool:
    return tree(state, suite).exists() and not is_made(state, suite)


def tree(state: Path, suite: str) -> Path:
    return state / "base" / suite


def make(state: Path, suite: str, say: Callable[[str], None]) -> Path:
    place = tree(state, suite)
    if is_made(state, suite):
        return place
    address = mirror.of_this_machine()
    say(f"base {suite}: building from {address}, once (a minute or two)")

    def build(unfinished: Path) -> None:
        debootstrap(unfinished, suite, PACKAGES, address, place.with_suffix(".log"))
        prepare(unfinished)

    kept.keep(place, recipe(suite), build)
    return place


def debootstrap(place: Path, suite: str, packages: tuple[str, ...], address: str, log: Path, *options: str) -> None:
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", *options]
    with log.open("w") as words:
        done = subprocess.run(
            [*APART, *command, suite, str(place), address, *script_for(suite)],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        last = "\n  ".join(log.read_text().splitlines()[-5:])
        raise LabError(f"debootstrap {suite} from {address} ended with {done.returncode}; the end of {log}:\n  {last}")


def script_for(suite: str, scripts: Path = SCRIPTS) -> list[str]:
    """A debootstrap that is older than the suite has no script for it: that of unstable, which every suite has been."""
    return [] if (scripts / suite).exists() else [str(scripts / "sid")]


def prepare(root: Path) -> None:
    """Nothing but sshd starts by itself, and nothing in the tree is one machine's own."""
    run("systemctl", f"--root={root}", "--quiet", "mask", *NEVER)
    run("systemctl", f"--root={root}", "--quiet", "set-default", "multi-user.target")
    for wanted in (root / "etc/systemd/system/multi-user.target.wants").iterdir():
        if wanted.name != STARTS_BY_ITSELF:
            wanted.unlink()
    (root / "etc/ssh/sshd_config.d/lab.conf").write_text(SSHD)
    for own in (*root.glob("etc/ssh/ssh_host_*"), *root.glob("var/cache/apt/archives/*.deb")):
        own.unlink()
    for path in ("etc/hostname", "etc/resolv.conf", "var/lib/dbus/machine-id"):
        (root / path).unlink(missing_ok=True)
    (root / "etc/machine-id").write_text("")
