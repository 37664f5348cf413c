# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login says of TLS, for drivers that take a context of Python's own. Private to hybrid.rollout."""

from __future__ import annotations

import ssl

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import REQUIRE, VERIFY_FULL, Login


def context_of(login: Login) -> ssl.SSLContext:
    """For require and what is stricter."""
    try:
        context = ssl.create_default_context(cafile=login.ca_cert)
        context.check_hostname = login.tls_or_default == VERIFY_FULL
        if login.tls_or_default == REQUIRE:
            context.verify_mode = ssl.CERT_NONE
        if login.client_cert:
            context.load_cert_chain(login.client_cert, login.client_key)
    except OSError as error:
        raise login.failed(error, "cannot be reached with these certificates and keys") from error
    return context
