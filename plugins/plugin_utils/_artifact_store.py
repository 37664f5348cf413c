# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the artifact store which digest each artifact of a version has. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from ansible.module_utils.urls import open_url
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._release.names import check_digest, check_version
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.release import Artifact, Release

TIMEOUT_SECONDS = 10
DIGEST_BYTES = 4096


def release_of(params: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Release:
    """What each of the ``members`` fetches: its own artifact, or that of the service. The store is asked once for each."""
    service, version, headers = params["service"], params["version"], params["artifact_headers"]
    known: dict[tuple[str, Optional[str]], Artifact] = {}
    wanted = {member["name"]: _wanted(params, member) for member in members}
    _check_digests(wanted.values())
    for artifact in wanted.values():
        if artifact not in known:
            known[artifact] = resolve(service, version, *artifact, headers)
    return Release(service, version, {name: known[artifact] for name, artifact in wanted.items()})


def _wanted(params: Mapping[str, Any], member: Mapping[str, Any]) -> tuple[str, Optional[str]]:
    of = member if member["artifact_url"] else params
    return of["artifact_url"], of["artifact_sha256"]


def _check_digests(wanted: Iterable[tuple[str, Optional[str]]]) -> None:
    """Mirrors of one artifact have its digest; two files of different names cannot both have it."""
    named: dict[str, dict[str, str]] = {}
    for url, sha256 in wanted:
        if sha256:
            named.setdefault(sha256.lower(), {})[urlsplit(url).path.rpartition("/")[2]] = url
    for sha256, files in named.items():
        if len(files) > 1:
            raise BadInput(
                f"rollout_artifact_sha256 gives the one digest {sha256} for {len(files)} artifacts: {', '.join(sorted(files))}. "
                "Give each group of members its own, or leave it out and it is read beside each artifact."
            )


def resolve(
    service: str, version: str, url: str, sha256: Optional[str], headers: Optional[Mapping[str, Any]] = None
) -> Artifact:
    """The artifact with its digest: the one given, or the one in the file ``<url>.sha256`` beside it.

    Where the digest is looked up, the artifact itself must be there too. A given digest asks nobody: a controller may have no way to the store.
    """
    check_version(version)
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"rollout_artifact_url is {url!r}: members fetch the artifact by http:// or https://.")
    if "@" in urlsplit(url).netloc:
        raise BadInput(
            "rollout_artifact_url carries a user name or password, which would be written to the ledger: "
            "put what the store asks for into rollout_artifact_headers."
        )
    if sha256:
        return Artifact(url, check_digest(sha256, "rollout_artifact_sha256"))
    written = _ask("GET", f"{url}.sha256", service, version, headers).split()
    digest = check_digest(written[0] if written else "", f"the first word of {url}.sha256")
    _ask("HEAD", url, service, version, headers)
    return Artifact(url, digest)


def _ask(method: str, url: str, service: str, version: str, headers: Optional[Mapping[str, Any]]) -> str:
    try:
        with open_url(url, method=method, headers=dict(headers or {}), timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.read(DIGEST_BYTES).decode("ascii", "replace"))
    except HTTPError as error:
        if error.code in (404, 410):
            raise NotFound(
                f"Version {version} of {service} was not found: {url} answered {error.code} {error.reason}. "
                "Check rollout_version and rollout_artifact_url, and that the release was published.",
                endpoint=url,
                command=method,
                reply=f"{error.code} {error.reason}",
            ) from error
        raise _trouble(method, url, f"{error.code} {error.reason}") from error
    except (URLError, OSError) as error:
        raise _trouble(method, url, str(getattr(error, "reason", error))) from error


def _trouble(method: str, url: str, reply: str) -> EndpointFailed:
    return EndpointFailed(
        f"The artifact store could not be asked: {method} {url} gave: {reply}. "
        "Check the address, or give the digest in rollout_artifact_sha256 where the controller has no way to the store.",
        endpoint=url,
        command=method,
        reply=reply,
    )
