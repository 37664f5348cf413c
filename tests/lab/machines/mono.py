# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Mono out of its tree in the cache: .NET Framework programs run on it as processes of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from . import base, kept, topology, unpacked
from .system import LabError

NUNIT = [f"nunit{part}-2.6.3" for part in (".framework", ".core", ".core.interfaces", ".util", "-console-runner")]


class Mono:
    """``run`` stands before the name of a program. ``home`` keeps Mono's configuration, and stays as long as programs run."""

    def __init__(self, home: Path) -> None:
        self.tree = base.tree(topology.state(), "mono")
        if not kept.is_made(self.tree, unpacked.recipe("mono")):
            raise LabError("no Mono: `tests/lab/lab base mono` (as root) makes its tree")
        libraries = self.tree / "usr/lib"
        own = libraries / "x86_64-linux-gnu"
        self._tools = libraries / "mono/4.5"
        self._nunit = [libraries / "cli" / part for part in NUNIT]
        self._configure(home / "mono", str(libraries))
        self.run = [
            *("env", f"MONO_PATH={':'.join(map(str, [self._tools, *self._nunit]))}"),
            *(f"MONO_CFG_DIR={home}", f"MONO_GAC_PREFIX={self.tree}/usr", f"ODBCSYSINI={home}/mono"),
            *(str(own / "ld-linux-x86-64.so.2"), "--library-path", f"{own}:{libraries}"),
            str(self.tree / "usr/bin/mono-sgen"),
        ]

    def _configure(self, folder: Path, libraries: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        own = self.tree / "etc/mono"
        config = (own / "config").read_text(encoding="utf-8").replace("$mono_libdir", libraries)
        (folder / "config").write_text(config, encoding="utf-8")
        driver = f"{libraries}/x86_64-linux-gnu/odbc/psqlodbcw.so"
        (folder / "odbcinst.ini").write_text(f"[PostgreSQL Unicode]\nDriver={driver}\n", encoding="utf-8")
        if not (folder / "4.5").is_symlink():
            (folder / "4.5").symlink_to(own / "4.5")

    def compile_as_windows_does(self, sources: Iterable[Path], program: Path, *references: str) -> None:
        """The csc.exe of every .NET Framework 4 speaks C# 5; a warning is an error. A .dll is a library."""
        kind = "library" if program.suffix == ".dll" else "exe"
        options = ["-langversion:5", "-warnaserror", f"-target:{kind}", f"-out:{program}"]
        options += [f"-lib:{folder}" for folder in self._nunit] + [f"-r:{name}.dll" for name in references]
        command = [*self.run, str(self._tools / "mcs.exe"), *options, *map(str, sources)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError(f"{program.name} does not compile: {done.stdout}{done.stderr}")
