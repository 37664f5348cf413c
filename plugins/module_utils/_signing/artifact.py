# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of artifact_gate: the digest that members hold the artifact to was signed, under the artifact's name. Private to hybrid.rollout."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any, Optional
from urllib.parse import unquote, urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, FAILED, PASSED
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import check_digest
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.signature import (
    NotAsked,
    NotSigned,
    Signer,
    Trusted,
    check_trusted,
    signer_of,
)

# As sha256sum writes it: digest, a space, a space or an asterisk, name.
_LINE = re.compile(r"([0-9A-Fa-f]{64}) [ *]?([^\r\n/]+)\r?\n?")


def run(params: dict[str, Any], fetch: Callable[[str], bytes], check_mode: bool) -> dict[str, Any]:
    """The whole of ``artifact_gate``; ``fetch`` raises NotSigned where nothing is, NotAsked where that cannot be told."""
    digest = check_digest(params["sha256"], "sha256")
    trusted = Trusted(params["allowed_signers"], params["revoked_keys"], params["namespace"])
    url = f"{params['url']}.sha256"
    signer: Optional[Signer] = None
    verdict, reasons = PASSED, []
    try:
        check_trusted(trusted)
        content = fetch(url)
        signer = signer_of(content, fetch(f"{url}.sig"), trusted)
        _check_line(content, digest, params["url"])
    except NotAsked as error:
        verdict, reasons = COULD_NOT_ASK, [str(error)]
    except NotSigned as error:
        verdict, reasons = FAILED, [str(error)]
    result = {
        "changed": False,
        "verdict": verdict,
        "reasons": reasons,
        "signed_by": signer.name if signer else None,
        "key": signer.key if signer else None,
        "sha256": digest,
        "signed_file": url,
    }
    if verdict != PASSED and not check_mode:
        raise GateNotPassed(_summary(result), url, f"ssh-keygen -Y verify -n {trusted.namespace}", result)
    return result


def _check_line(content: bytes, digest: str, url: str) -> None:
    match = _LINE.fullmatch(content.decode("utf-8", "replace"))
    if not match:
        raise NotSigned("what was signed is not one line of digest and file name, as sha256sum writes it")
    name = posixpath.basename(unquote(urlsplit(url).path))
    if match[2] != name:
        raise NotSigned(f"what was signed is about {match[2]}, not about {name}")
    if match[1].lower() != digest:
        raise NotSigned(f"what was signed is the digest {match[1].lower()}, and members are to get {digest}")


def _summary(result: dict[str, Any]) -> str:
    first = f"Artifact signature {result['verdict']}: {result['signed_file']}: {'; '.join(result['reasons'])}."
    if result["verdict"] == COULD_NOT_ASK:
        return f"{first} This says nothing about the artifact: mend what is named here."
    return f"{first} Nothing was changed. Ask who publishes the release, and do not sign it yourself to get on."
