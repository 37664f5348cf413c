# SPDX-License-Identifier: GPL-3.0-or-later
"""People with real keys, who sign files with the real ssh-keygen."""

from __future__ import annotations

import subprocess
from pathlib import Path


class People:
    """``allowed`` lists those who were allowed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed = folder / "allowed_signers"
        self.allowed.touch()

    def key(self, name: str) -> Path:
        path = self.folder / f"key-{name}"
        if not path.exists():
            _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path))
        return path

    def public(self, name: str) -> str:
        return Path(f"{self.key(name)}.pub").read_text(encoding="ascii")

    def allow(self, principal: str, key: str, options: str = "") -> None:
        with self.allowed.open("a", encoding="ascii") as file:
            file.write(f"{principal} {options} {self.public(key)}")

    def sign(self, key: str, path: Path, namespace: str) -> None:
        Path(f"{path}.sig").unlink(missing_ok=True)
        _ssh_keygen("-q", "-Y", "sign", "-f", str(self.key(key)), "-n", namespace, str(path))


def _ssh_keygen(*arguments: str) -> None:
    subprocess.run(["ssh-keygen", *arguments], check=True, capture_output=True, timeout=30)
