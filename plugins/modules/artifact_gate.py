#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: artifact_gate
short_description: Open only when somebody who may has signed the digest of the artifact
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Fetches the digest file beside the artifact (its address and C(.sha256)) and the signature of that file (C(.sha256.sig)), and asks
    C(ssh-keygen -Y) who signed it. The task fails unless somebody of O(allowed_signers) did.
  - What was signed has to be one line as C(sha256sum) writes it, with the digest O(sha256) and the name of the artifact's file. So a
    signed digest of another version does not pass for this one.
  - Members refuse an artifact that has another digest, so the artifact itself is not fetched here.
  - V(passed) means that all of this is so, V(failed) that it is not, a missing signature included. V(could_not_ask) means that the store, or
    C(ssh-keygen), or O(allowed_signers) could not be used. V(undecided) does not occur.
requirements:
  - C(ssh-keygen) of OpenSSH 8.2 or newer on the controller.
attributes:
  check_mode:
    support: full
    description: Reports the verdict and never fails because of it.
  diff_mode:
    support: none
    description: A gate never changes anything.
extends_documentation_fragment:
  - hybrid.rollout._record
  - hybrid.rollout._occasion
options:
  url:
    description: Address of the artifact.
    type: str
    required: true
  sha256:
    description: The digest that members hold the artifact to, from RV(hybrid.rollout.rollout_plan#module:release.sha256).
    type: str
    required: true
  headers:
    description: Headers that the artifact store asks for, such as an authorization. Never written down.
    type: dict
  allowed_signers:
    description: Who may publish, in the format of C(ssh-keygen), section ALLOWED SIGNERS. Principals have to be names, not patterns.
    type: path
    required: true
  revoked_keys:
    description: Keys that count no more, as a key revocation list or one public key a line.
    type: path
  namespace:
    description: What signatures have to be made for, so that one made for something else cannot be used.
    type: str
    default: rollout-artifact@hybrid.rollout
seealso:
  - module: hybrid.rollout.rollout_plan
  - module: hybrid.rollout.approval_gate
"""

EXAMPLES = r"""
- name: Go on only with an artifact that the build signed
  hybrid.rollout.artifact_gate:
    url: https://store.example.net/quotes/quotes-1.1.tar.gz
    sha256: "{{ plan_result.release.sha256 }}"
    allowed_signers: /etc/rollout/publishers

# How the build signs:
#   sha256sum quotes-1.1.tar.gz > quotes-1.1.tar.gz.sha256
#   ssh-keygen -Y sign -f KEY -n rollout-artifact@hybrid.rollout quotes-1.1.tar.gz.sha256
"""

RETURN = r"""
verdict:
  description: One of V(passed), V(failed), V(could_not_ask).
  returned: unless an option is wrong
  type: str
  sample: passed
reasons:
  description: What keeps the gate shut. Empty if it is open.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: []
signed_by:
  description: What O(allowed_signers) calls the key. Null where nobody of them signed.
  returned: unless an option is wrong
  type: str
  sample: build@example.com
key:
  description: Fingerprint of the key.
  returned: unless an option is wrong
  type: str
  sample: SHA256:IoIptOpSa/JIaK7mQK33ec2yLvjUwWZRL+n0kMen/74
sha256:
  description: The digest.
  returned: unless an option is wrong
  type: str
  sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
signed_file:
  description: Address of what was signed.
  returned: unless an option is wrong
  type: str
  sample: https://store.example.net/quotes/quotes-1.1.tar.gz.sha256
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
failure:
  description: The reason (reply), the signed file (endpoint) and how it was asked (command).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: https://store.example.net/quotes/quotes-1.1.tar.gz.sha256
    command: ssh-keygen -Y verify -n rollout-artifact@hybrid.rollout
    reply: what was signed is about quotes-1.0.tar.gz, not about quotes-1.1.tar.gz
"""
