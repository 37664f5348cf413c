#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: approval_gate
short_description: Open only when people other than requester and author have signed this very plan
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Reads approval files and their signatures, asks C(ssh-keygen -Y) who signed them, and counts the people who agreed to
    the plan with O(plan_hash). The task fails unless they are O(required_approvals) or more.
  - An approval is a JSON object with the texts C(plan_hash), C(service), C(version) and C(approved_at) (a time with its offset from UTC), and
    perhaps C(expires_at), C(ticket) and C(approver). Any other key is refused. Its signature is the file of the same name
    with C(.sig) behind it.
  - Who approved is what O(allowed_signers) calls the key (its first principal), whatever the file says.
  - An approval does not count where its signature is missing, does not hold, was made for another purpose or by a key that is not
    allowed, has expired or is revoked; where it is for another plan, service or version, or has expired itself; and where the
    approver may be a requester, an author or somebody who was counted already. An approval that does not count spoils no
    other.
  - V(passed) means enough approvals count, V(failed) means that they do not. V(could_not_ask) means that C(ssh-keygen) or a file
    could not be used, where that could make the difference. V(undecided) does not occur.
requirements:
  - C(ssh-keygen) of OpenSSH 8.2 or newer where the gate runs.
attributes:
  check_mode:
    support: full
    description: Reports the verdict and never fails because of it, so that a plan can be made, told and then be approved.
  diff_mode:
    support: none
    description: A gate never changes anything.
extends_documentation_fragment:
  - hybrid.rollout._reach_from
  - hybrid.rollout._record
  - hybrid.rollout._occasion
options:
  plan_hash:
    description: What is to be approved, from RV(hybrid.rollout.rollout_plan#module:plan_hash).
    type: str
    required: true
  service:
    description: Name of the service.
    type: str
    required: true
  version:
    description: The version to roll out.
    type: str
    required: true
  approvals:
    description: Approval files, as absolute paths. Each has its signature beside it.
    type: list
    elements: path
    required: true
  allowed_signers:
    description: Who may approve, in the format of C(ssh-keygen), section ALLOWED SIGNERS. Principals have to be names, not patterns.
    type: path
    required: true
  revoked_keys:
    description: Keys that count no more, as a key revocation list or one public key a line.
    type: path
  namespace:
    description: What signatures have to be made for, so that one made for something else cannot be used.
    type: str
    default: rollout-approval@hybrid.rollout
  required_approvals:
    description: How many people have to agree.
    type: int
    default: 1
  requesters:
    description:
      - Who asked for the rollout, and therefore cannot approve it. The user who runs it is always one, and who became that user
        by C(sudo).
      - Names are compared without regard to case. Where one of two has no domain, the part before C(@) decides.
    type: list
    elements: str
    default: []
  authors:
    description: Who made the release, and therefore cannot approve it, for example from its provenance.
    type: list
    elements: str
    default: []
seealso:
  - module: hybrid.rollout.rollout_plan
  - module: hybrid.rollout.change_window_gate
"""

EXAMPLES = r"""
- name: Go on only with two signatures under this very plan
  hybrid.rollout.approval_gate:
    plan_hash: "{{ plan_result.plan_hash }}"
    service: quotes
    version: "1.1"
    approvals: "{{ query('ansible.builtin.fileglob', '/srv/approvals/quotes-1.1/*.json') }}"
    allowed_signers: /etc/rollout/approvers
    revoked_keys: /etc/rollout/revoked_keys
    required_approvals: 2
    authors: [bob@example.com]

# How somebody approves:
#   ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n rollout-approval@hybrid.rollout carol.json
"""

RETURN = r"""
verdict:
  description: One of V(passed), V(failed), V(could_not_ask).
  returned: unless an option is wrong
  type: str
  sample: failed
reasons:
  description: What keeps the gate shut. Empty if it is open.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["/srv/approvals/quotes-1.1/bob.json: bob@example.com is an author of the release"]
plan_hash:
  description: What was to be approved.
  returned: unless an option is wrong
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
requesters:
  description: Who could not approve because they asked for it.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: [alice]
approved_by:
  description: Whose approvals count.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: [carol@example.com]
approvals:
  description: Each file with what it is worth, why it does not count (reason), and who signed it with which key.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - path: /srv/approvals/quotes-1.1/carol.json
      verdict: passed
      reason:
      approver: carol@example.com
      key: SHA256:IoIptOpSa/JIaK7mQK33ec2yLvjUwWZRL+n0kMen/74
      approved_at: "2026-12-01T09:30:00+00:00"
      expires_at:
      ticket: CHG0034567
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
failure:
  description: The first reason (reply), the files (endpoint) and how they were asked (command).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: /srv/approvals/quotes-1.1/bob.json
    command: ssh-keygen -Y verify -n rollout-approval@hybrid.rollout
    reply: "/srv/approvals/quotes-1.1/bob.json: bob@example.com is an author of the release"
"""

from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._approval.people import who_runs_this
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params, who_runs_this(), datetime.now(timezone.utc), module.check_mode))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
