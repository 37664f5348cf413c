# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack an archive without letting it reach out of its directory. Private to hybrid.rollout.

The checks are our own, because many a Python on targets knows no extraction filters; where it does, they come on top.
"""

from __future__ import annotations

import gzip
import lzma
import os
import posixpath
import tarfile
import zlib
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import MARKER, sync

_FILTER: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


class BadArchive(RolloutError):
    """The artifact is what was published, but it cannot or must not be unpacked."""

    code = "bad_archive"


def unpack(archive: str, destination: str, uid: int = -1, gid: int = -1) -> None:
    """Unpack into the empty directory ``destination``; owned by ``uid`` and ``gid`` (-1: whoever runs this)."""
    seen: dict[str, tarfile.TarInfo] = {}
    try:
        with tarfile.open(archive, "r:*") as tar:
            for member in tar:
                name = posixpath.normpath(member.name)
                _check(name, member, seen)
                seen[name] = member
                _make_plain(member, name)
                tar.extract(member, destination, **_FILTER)
    except (tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError, ValueError) as error:
        raise BadArchive(f"The artifact cannot be unpacked: {error}. Is it a .tar.gz?", reply=str(error)) from error
    _check_links(destination)
    _settle(destination, uid, gid)


def _check(name: str, member: tarfile.TarInfo, seen: dict[str, tarfile.TarInfo]) -> None:
    if member.name.startswith("/") or name.split("/", 1)[0] == "..":
        raise _hostile(member.name, "it leads out of the release")
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        raise _hostile(member.name, "it is neither a file, a directory nor a link")
    if name == MARKER:
        raise _hostile(member.name, "the name is taken by the marker of this collection")
    if name in seen and not (member.isdir() and seen[name].isdir()):
        raise _hostile(member.name, "it is in the archive twice")
    parents = name.split("/")[:-1]
    for depth in range(1, len(parents) + 1):
        above = seen.get("/".join(parents[:depth]))
        if above is not None and not above.isdir():
            raise _hostile(member.name, f"it lies below {above.name}, which is not a directory")
    if member.islnk():
        linked = seen.get(posixpath.normpath(member.linkname))
        if linked is None or not linked.isfile():
            raise _hostile(
                member.name, f"it is a hard link to {member.linkname}, which is no file before it in the archive"
            )
    if member.issym() and member.linkname.startswith("/"):
        raise _hostile(member.name, f"it is a link to {member.linkname}, out of the release")


def _make_plain(member: tarfile.TarInfo, name: str) -> None:
    """No owner of the building machine, no set-id bits, nothing that others may write, no way round by '..'."""
    member.name = name
    if member.islnk():
        member.linkname = posixpath.normpath(member.linkname)
    member.uid, member.gid, member.uname, member.gname = os.geteuid(), os.getegid(), "", ""
    member.mode = 0o755 if member.isdir() else (member.mode & 0o755) | 0o600


def _check_links(destination: str) -> None:
    """Links are followed for good only now that all are there: one may lead through another."""
    root = os.path.realpath(destination)
    for directory, names, files in os.walk(destination):
        for path in (os.path.join(directory, name) for name in names + files):
            if os.path.islink(path) and os.path.commonpath([root, os.path.realpath(path)]) != root:
                raise _hostile(
                    os.path.relpath(path, destination), f"it is a link to {os.readlink(path)}, out of the release"
                )


def _settle(destination: str, uid: int, gid: int) -> None:
    for directory, names, files in os.walk(destination):
        for path in [directory, *(os.path.join(directory, name) for name in names + files)]:
            if (uid, gid) != (-1, -1):
                os.lchown(path, uid, gid)
            if not os.path.islink(path) and not os.path.isdir(path):
                sync(path)
        os.chmod(directory, 0o755)  # noqa: S103 - the service reads it as its own user
        sync(directory)


def _hostile(name: str, why: str) -> BadArchive:
    return BadArchive(
        f"The artifact was not unpacked: its entry {name!r} was refused, {why}. Build the artifact without it.",
        reply=name,
    )
