# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees whose packages are only unpacked: tests start programs out of them. No package is set up, so nothing else works in them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import base, kept, mirror
from .system import LabError, run

REVISION = 1  # raise it when unpack() changes
SUITE = "bookworm"
TREES = {
    "alertmanager": ("prometheus-alertmanager",),
    "migration-tools": (
        *("libdbd-mysql-perl", "mariadb-client-core", "postgresql-client-15", "sqitch"),
        *("ruby-activerecord", "ruby-mysql2", "ruby-pg"),
    ),
    "monitoring": (
        *("apache2", "nagios4-cgi", "nagios4-core"),
        *("graphite-carbon", "graphite-web", "gunicorn", "prometheus"),
    ),
    "mariadb": ("mariadb-client-core", "mariadb-server-core"),
    "postgresql": ("postgresql-15",),
    "mono": (
        *("libmono-system-data4.0-cil", "libmono-system-serviceprocess4.0-cil", "mono-mcs"),
        *("libnunit-framework2.6.3-cil", "nunit-console"),
        *("libodbc2", "odbc-postgresql"),
    ),
}
LEFT_OUT = tuple(f"./usr/share/{folder}" for folder in ("doc", "javascript", "locale", "man", "nodejs"))
# Where a program finds the machine's devices, processes of its own, room of its own, and what a test gives it.
MOUNTED = ("dev", "proc", "srv", "tmp")
ENTER = """
tree=$1 home=$2; shift 2
mount --bind "$tree" "$tree"
mount -o remount,ro,bind "$tree"
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
mount -t tmpfs tmpfs "$tree/tmp"
mount --bind "$home" "$tree/srv"
exec env --ignore-environment PATH=/usr/sbin:/usr/bin PYTHONPATH=/srv LC_ALL=C.UTF-8 chroot "$tree" "$@"
"""
UNPACK = """
cd "$1"; shift
for package in var/cache/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --preserve-permissions --keep-directory-symlink "$@"
    rm "$package"
done
"""


def recipe(name: str) -> dict[str, Any]:
    return {"suite": SUITE, "packages": TREES[name], "left_out": LEFT_OUT, "revision": REVISION}


def make(state: Path, name: str, say: Callable[[str], None]) -> Path:
    place = base.tree(state, name)
    if kept.is_made(place, recipe(name)):
        return place
    address = mirror.of_this_machine()
    say(f"base {name}: {len(TREES[name])} packages of {SUITE} and what they need from {address}, once (a minute)")

    def build(unfinished: Path) -> None:
        base.debootstrap(unfinished, SUITE, TREES[name], address, place.with_suffix(".log"), "--foreign")
        unpack(unfinished)

    kept.keep(place, recipe(name), build)
    return place


def entered(tree: Path, home: Path, *command: str) -> list[str]:
    """The command as a program of the tree, with mounts and process numbers of its own: the tree is read-only to it, ``home`` is its /srv."""
    apart = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
    return [*apart, "sh", "-euc", ENTER, "sh", str(tree), str(home), *command]


def unpack(root: Path) -> None:
    left_out = [f"--exclude={folder}" for folder in LEFT_OUT]
    command = [*base.APART, "sh", "-euc", UNPACK, "sh", str(root), *left_out]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"The packages of {root} could not be unpacked: {done.stderr.strip()}")
    for users in ("passwd", "group"):
        shutil.copy(root / f"usr/share/base-passwd/{users}.master", root / "etc" / users)
    for folder in MOUNTED:
        if (root / folder).is_symlink():
            (root / folder).unlink()
        (root / folder).mkdir(exist_ok=True)
    run("ldconfig", "-r", str(root))
    shutil.rmtree(root / "debootstrap")
