# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: service, version and the artifacts that its members fetch. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    url: str
    sha256: str


@dataclass(frozen=True)
class Release:
    """``by_member`` is what each member fetches: one artifact for all of them, or one for each platform."""

    service: str
    version: str
    by_member: Mapping[str, Artifact]

    @property
    def artifacts(self) -> list[Artifact]:
        """Each of them once, in alphabetical order of their addresses."""
        return sorted(set(self.by_member.values()), key=lambda artifact: (artifact.url, artifact.sha256))

    @property
    def sha256(self) -> str:
        """The artifact's digest; of several, the digest of their digests, one on each line in alphabetical order."""
        digests = sorted({artifact.sha256 for artifact in self.by_member.values()})
        if len(digests) == 1:
            return digests[0]
        return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()

    @property
    def url(self) -> str:
        return " ".join(artifact.url for artifact in self.artifacts)
