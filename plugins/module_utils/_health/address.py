# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a URL can be asked and shown. Private to hybrid.rollout."""

from __future__ import annotations

from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def check_url(who: str, url: str) -> None:
    """BadInput unless it is http or https with a host and without a password; ``who`` begins the sentence."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or any(character <= " " for character in url):
        raise BadInput(f"{who} {url!r}. Write http:// or https://, a host, and a port if it is not the usual.")
    if "@" in parts.netloc:
        raise BadInput(f"{who} with a user name or password in it, which would be shown. Use headers instead.")
