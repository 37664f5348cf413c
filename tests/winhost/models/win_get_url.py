# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_get_url: a real download by HTTP; a wrong checksum is told before anything is written."""

from __future__ import annotations

import hashlib
import http.client
import ntpath
import ssl
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..host.host import Host
from ..host.win32 import NotModelled, Win32Error
from .call import Call, ModuleFailed
from .file_facts import checksum
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    dest = _destination(host, call)
    real, algorithm = host.drives.real(dest), call.get("checksum_algorithm", "sha1")
    wanted = str(call.get("checksum", "")).strip().lower()
    result: dict[str, Any] = {"changed": False, "elapsed": 0, "url": call.arguments["url"], "dest": dest}
    there = checksum(real, algorithm) if real.is_file() else ""
    if call.get("force", True) or not there or (wanted and wanted != there):
        result |= _download(host, call, result, real, wanted, there)
    elif not wanted:
        raise NotModelled("win_get_url with force=false and no checksum compares dates, which is not modelled")
    if real.is_file():
        result |= {"checksum_dest": checksum(real, algorithm), "size": real.stat().st_size}
    return result


def _destination(host: Host, call: Call) -> str:
    dest, url = str(call.arguments["dest"]), urlsplit(call.arguments["url"])
    hint = (
        "does not exist{}, or is not visible to the current user. Ensure download destination folder exists "
        "(perhaps using win_file state=directory) before win_get_url runs."
    )
    if host.drives.real(dest).is_dir():
        return ntpath.join(dest, ntpath.basename(url.path) or str(url.hostname))
    if not ntpath.basename(dest):
        raise ModuleFailed(f"The destination path '{dest}' {hint.format('')}")
    parent = ntpath.dirname(dest)
    if not host.drives.real(parent).is_dir():
        where = f" for destination '{dest}'"
        raise ModuleFailed(f"The path '{parent}' {hint.format(where)}")
    return dest


def _download(host: Host, call: Call, result: dict[str, Any], real: Path, wanted: str, there: str) -> dict[str, Any]:
    content = _content(call, result)
    came = hashlib.new(call.get("checksum_algorithm", "sha1"), content).hexdigest()
    told = {"status_code": 200, "msg": "OK", "checksum_src": came}
    if wanted and wanted != came:
        words = f"The checksum for {result['url']} did not match '{wanted}', it was '{came}'"
        raise ModuleFailed(words, {**result, **told})
    if came == there:
        return told
    temporary = host.drives.real("%TEMP%\\" + uuid.uuid4().hex)
    try:
        host.files.write(temporary, content)
        if not call.check:
            host.files.write(real, content)
    except Win32Error as error:
        words = f"Error downloading '{result['url']}' to '{result['dest']}': {error.words}"
        raise ModuleFailed(words, {**result, **told}) from error
    finally:
        temporary.unlink(missing_ok=True)
    return {**told, "changed": True}


def _content(call: Call, result: dict[str, Any]) -> bytes:
    headers = {"User-Agent": "ansible-httpget", **call.get("headers", {})}
    trust = ssl.create_default_context()
    if not call.get("validate_certs", True):
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    prefix = f"Error downloading '{result['url']}' to '{result['dest']}': "
    request = urllib.request.Request(result["url"], headers={name: str(value) for name, value in headers.items()})
    try:
        with opener.open(request, timeout=call.get("url_timeout", 30)) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        words = f"{prefix}The remote server returned an error: ({error.code}) {error.reason}."
        raise ModuleFailed(words, {**result, "status_code": error.code, "msg": error.reason}) from error
    except (OSError, http.client.HTTPException) as error:
        raise ModuleFailed(f"{prefix}Unable to connect to the remote server", result) from error


MODEL = Model(
    module="ansible.windows.win_get_url",
    honours=frozenset(
        {"url", "dest", "force", "checksum", "checksum_algorithm", "headers", "url_timeout", "validate_certs"}
    ),
    ignores={"use_proxy": "no proxy stands between a modelled host and the server"},
    script_sha256={
        "c5675ebcde81896d100ada852c1ce61447147746796604db16a3a4118c50a28e": "3.3.0, 3.8.0",
    },
    differences=(
        "certificates are checked against this machine's authorities, by this machine's TLS",
        "every trouble of the network has one wording",
        "force=false without a checksum compares dates on Windows; the model refuses it",
    ),
    carry_out=carry_out,
)
