# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch small files from the artifact store for a gate: what is not there is known, trouble is not. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional
from urllib.error import HTTPError, URLError

from ansible.module_utils.urls import open_url
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.signature import MAX_BYTES, NotAsked, NotSigned
from ansible_collections.hybrid.rollout.plugins.plugin_utils._artifact_store import TIMEOUT_SECONDS


def fetch(url: str, headers: Optional[Mapping[str, Any]]) -> bytes:
    try:
        with open_url(url, headers=dict(headers or {}), timeout=TIMEOUT_SECONDS) as answer:
            content: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        if error.code in (404, 410):
            raise NotSigned(f"there is no {url}: the store answered {error.code} {error.reason}") from error
        raise NotAsked(f"{url}: the store answered {error.code} {error.reason}") from error
    except (URLError, OSError, ValueError) as error:
        raise NotAsked(f"{url}: {getattr(error, 'reason', error)}") from error
    if len(content) > MAX_BYTES:
        raise NotSigned(f"{url} is larger than {MAX_BYTES} bytes")
    return content
