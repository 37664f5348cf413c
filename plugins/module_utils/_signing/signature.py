# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signed something, as ``ssh-keygen -Y`` tells by a list of allowed signers. Private to hybrid.rollout.

The content is handed over as bytes that were read once, so that what was checked is what is used.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

SECONDS = 10
MAX_BYTES = 64 * 1024
# What may stand on a command line: neither an option nor a pattern.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+:/-]{0,199}")
_GOOD = re.compile(r'Good "[^"]*" signature .*\b(SHA256:[A-Za-z0-9+/]+)')


class NotAsked(Exception):
    """The question could not be put: no ssh-keygen, or a list that cannot be read. Says nothing about the signature."""


class NotSigned(Exception):
    """The signature is no good; the message says why."""


@dataclass(frozen=True)
class Trusted:
    """``allowed_signers`` as in ssh-keygen(1), ALLOWED SIGNERS; ``revoked_keys`` a KRL or one public key a line."""

    allowed_signers: str
    revoked_keys: Optional[str]
    namespace: str


@dataclass(frozen=True)
class Signer:
    """``name`` is the principal of the allowed signers, ``key`` its fingerprint."""

    name: str
    key: str


def check_trusted(trusted: Trusted) -> None:
    """BadInput for what must not reach a command line, NotAsked where the lists cannot be read."""
    if not _NAME.fullmatch(trusted.namespace):
        raise BadInput(f"The namespace is {trusted.namespace!r}; write it of letters, digits and _.@+:/- .")
    for option, path in (("allowed_signers", trusted.allowed_signers), ("revoked_keys", trusted.revoked_keys)):
        if path is None:
            continue
        if not os.path.isabs(path):
            raise BadInput(f"{option} is {path!r}, which is relative: write from / on, for example with playbook_dir.")
        try:
            with Path(path).open("rb") as file:
                file.read(1)
        except OSError as error:
            raise NotAsked(f"{option} {path} cannot be read: {error.strerror or error}") from error


def signer_of(content: bytes, signature: bytes, trusted: Trusted) -> Signer:
    """Who signed ``content``; NotSigned for each way in which it may be nobody who may."""
    with tempfile.TemporaryDirectory(prefix="rollout-signature-") as folder:
        place = Path(folder, "signature")
        place.write_bytes(signature)
        name = _principal(str(place), trusted)
        asked = ["verify", "-f", trusted.allowed_signers, "-I", name, "-n", trusted.namespace, "-s", str(place)]
        code, words = _ssh_keygen(asked, content)
        if code != 0:
            raise NotSigned(_why_not(words, name, trusted.namespace))
        if trusted.revoked_keys is not None:
            code, _words = _ssh_keygen([*asked, "-r", trusted.revoked_keys], content)
            if code != 0:
                raise NotSigned(f"the key of {name} is revoked by {trusted.revoked_keys}")
    good = _GOOD.search(words)
    if not good:
        raise NotAsked(f"ssh-keygen gave an answer that is not known: {words}")
    return Signer(name, good[1])


def _principal(signature: str, trusted: Trusted) -> str:
    code, words = _ssh_keygen(["find-principals", "-s", signature, "-f", trusted.allowed_signers], b"")
    # Of a signature that it cannot read it says in the end that nobody matched, too.
    if code != 0 and "No principal matched" in words and "sig_find_principals" not in words:
        raise NotSigned(f"it was signed by nobody of {trusted.allowed_signers} ({words})")
    if code != 0:
        raise NotSigned(f"the signature cannot be read ({words})")
    name = words.splitlines()[0].strip()
    if not _NAME.fullmatch(name):
        raise NotSigned(
            f"{trusted.allowed_signers} has {name!r} for the key: that is no name of a person, as a pattern is none"
        )
    return name


def _why_not(words: str, name: str, namespace: str) -> str:
    if "namespace" in words:
        return f"{name} signed it for another purpose than {namespace}: sign with -n {namespace} ({words})"
    if "incorrect signature" in words:
        return f"it was changed after {name} signed it ({words})"
    return f"the signature of {name} does not hold ({words})"


def _ssh_keygen(arguments: Sequence[str], content: bytes) -> tuple[int, str]:
    """The return code, and what it said on both channels."""
    try:
        done = subprocess.run(
            ["ssh-keygen", "-Y", *arguments],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAsked(f"ssh-keygen, of OpenSSH 8.2 or newer, cannot be used: {error}") from error
    words = done.stdout.decode("utf-8", "replace").strip()
    if "unknown option" in words or "illegal option" in words or "Unsupported operation" in words:
        raise NotAsked(f"this ssh-keygen is too old: {words.splitlines()[0]}")
    return done.returncode, words if done.returncode == 0 else "; ".join(words.splitlines()) or "without a word"
