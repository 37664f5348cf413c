#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_contract
short_description: Open the run in which the databases of a service are contracted
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Opens a run in the ledger that replaces no member. While it is open nobody rolls out the service, so that no older release comes back while what
    it needs is taken away.
  - What M(hybrid.rollout.migration_gate) answers in it stands in the ledger. M(hybrid.rollout.rollout_end) closes it.
  - Fails, and says whose, while another run of the service may be at work. A run whose controlling process is gone is marked abandoned.
  - The playbook C(hybrid.rollout.contract) and the end of C(hybrid.rollout.deploy) do all this.
options:
  service:
    description: Name of the service.
    type: str
    required: true
  release:
    description: The release whose contract is run, for the record.
    type: str
    required: true
  ledger:
    description: Path of the ledger file on the controller, or the C(postgresql://) address of its database.
    type: path
    required: true
  lease_seconds:
    description: After how long a silence another controller takes this run for dead.
    type: int
    default: 3600
  take_over:
    description: Id of a dead run on another controller that makes way.
    type: str
  open_run:
    description: Whether to open the run. Without, only what is open and whose process is gone makes way. A ledger that is not there is not made then.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: Opens no run.
  diff_mode:
    support: none
    description: Returns the run.
seealso:
  - module: hybrid.rollout.migration_gate
  - module: hybrid.rollout.rollout_end
"""

EXAMPLES = r"""
- name: Open a run, so that nobody rolls out the service meanwhile
  hybrid.rollout.rollout_contract:
    service: quotes
    release: "1.3"
    ledger: "{{ lab_state }}/run/ledger.sqlite3"
  register: begun
"""

RETURN = r"""
run:
  description: The run. Its id and token are null in check mode.
  returned: success
  type: dict
  sample: {id: quotes-contract-5d0c7b1e, token: 7, ledger: /var/lib/rollout/ledger.sqlite3}
abandoned:
  description: The runs that made way, each with the reason.
  returned: success
  type: list
  elements: dict
  sample: []
failure:
  description: Code of what went wrong.
  returned: failure
  type: dict
  sample: {code: refused, endpoint: null, command: null, reply: null}
"""
