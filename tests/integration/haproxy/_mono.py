# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Mono from a tree in the cache, which this machine need not have: .NET Framework programs of the tests run on it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("HYBRID_ROLLOUT_CACHE", "~/.cache/hybrid.rollout")).expanduser()


class Mono:
    """``run`` stands before the name of a program."""

    def __init__(self, tree: Path, home: Path) -> None:
        libraries = tree / "usr/lib"
        own = libraries / "x86_64-linux-gnu"
        config = (tree / "etc/mono/config").read_text(encoding="utf-8")
        (home / "mono").mkdir()
        (home / "mono/config").write_text(config.replace("$mono_libdir", str(libraries)), encoding="utf-8")
        self._tools = libraries / "mono/4.5"
        self.run = [
            *("env", f"MONO_PATH={self._tools}", f"MONO_CFG_DIR={home}", f"MONO_GAC_PREFIX={tree}/usr"),
            *(
                str(own / "ld-linux-x86-64.so.2"),
                "--library-path",
                f"{own}:{libraries}",
                str(tree / "usr/bin/mono-sgen"),
            ),
        ]

    def compile_as_windows_does(self, source: Path, program: Path) -> None:
        """The csc.exe of every .NET Framework 4 speaks C# 5; a warning is an error."""
        options = ["-langversion:5", "-warnaserror", "-r:System.ServiceProcess.dll", f"-out:{program}"]
        compiler = [*self.run, str(self._tools / "mcs.exe"), *options, str(source)]
        done = subprocess.run(compiler, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def mono_or_skip(home: Path) -> Mono:
    tree = CACHE / "lab/base/mono"
    if not (tree / "etc/mono/config").exists():
        pytest.skip("no Mono: `tests/lab/lab base mono` (as root) makes its tree")
    return Mono(tree, home)
