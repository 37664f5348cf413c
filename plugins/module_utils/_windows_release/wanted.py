# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task wants of a service on a Windows member. Private to hybrid.rollout."""

from __future__ import annotations

import ntpath
from dataclasses import dataclass
from typing import Optional

MARKER = "rollout-release-"


@dataclass(frozen=True)
class Wanted:
    root: str
    name: str
    version: Optional[str]
    executable: str
    arguments: str
    application_pool: str
    stop_pool: bool
    junction: bool

    @property
    def releases(self) -> str:
        return ntpath.join(self.root, "releases")

    @property
    def link(self) -> str:
        return ntpath.join(self.root, "current")

    @property
    def folder(self) -> str:
        """Where the release is."""
        return self.path(str(self.version))

    @property
    def run_from(self) -> str:
        """The folder that the service is told of."""
        return self.link if self.junction else self.folder

    @property
    def program(self) -> str:
        return ntpath.join(self.run_from, self.executable)

    def path(self, version: str) -> str:
        return ntpath.join(self.releases, version)

    def marker(self, version: str, digest: str) -> str:
        return ntpath.join(self.path(version), MARKER + digest)
