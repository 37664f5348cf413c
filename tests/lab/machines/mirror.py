# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this machine's own apt gets Debian from: the lab's machines are built from there too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .system import LabError

SUITES = {
    *("bullseye", "bookworm", "trixie", "forky", "sid"),
    *("oldoldstable", "oldstable", "stable", "testing", "unstable"),
}
MIRROR_LIST = "mirror+file:"


def of_this_machine(apt: Path = Path("/etc/apt")) -> str:
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    for file in files:
        if file.suffix not in (".list", ".sources") or not file.is_file():
            continue
        entries = one_line_entries if file.suffix == ".list" else deb822_entries
        for address, suites, components in entries(file.read_text()):
            if SUITES & suites and "main" in components:
                return plain_address(address)
    raise LabError(
        f"No Debian archive in {apt}/sources.list or {apt}/sources.list.d; the lab's machines are built from it."
    )


def one_line_entries(text: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """(address, suites, components) of each ``deb [options] address suite component...``"""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] != ["deb"]:
            continue
        if words[1].startswith("["):
            last_option = [word.endswith("]") for word in words].index(True)
            del words[1 : last_option + 1]
        yield words[1], {words[2]}, set(words[3:])


def deb822_entries(text: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """The same of each stanza; a field goes on in the lines that begin with a blank."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in "\n".join(line.rstrip() for line in lines).split("\n\n"):
        fields: dict[str, list[str]] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace():
                fields.setdefault(name, []).extend(line.split())
            else:
                name, _colon, value = line.partition(":")
                name = name.lower()
                fields[name] = value.split()
        if "deb" in fields.get("types", []) and fields.get("enabled", ["yes"]) != ["no"]:
            for address in fields.get("uris", []):
                yield address, set(fields.get("suites", [])), set(fields.get("components", []))


def plain_address(address: str) -> str:
    """debootstrap knows no lists of mirrors: take the first of the list."""
    if not address.startswith(MIRROR_LIST):
        return address
    words = Path(address.removeprefix(MIRROR_LIST)).read_text().split()
    return next(word for word in words if "://" in word)
