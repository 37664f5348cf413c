#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_previous
short_description: Look up in the ledger which version a service ran before its latest rollout
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - The version that most members of the latest rollout ran before that rollout began with them, whether it ended well or not.
  - Reads the ledger and nothing else.
options:
  service:
    description: Name of the service.
    type: str
    required: true
  ledger:
    description: Path of the ledger file on the controller.
    type: path
    required: true
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
seealso:
  - module: hybrid.rollout.rollout_plan
"""

EXAMPLES = r"""
- name: Find the version to go back to
  hybrid.rollout.rollout_previous:
    service: quotes
    ledger: "{{ lab_state }}/run/ledger.sqlite3"
  run_once: true
  register: before
"""

RETURN = r"""
version:
  description: The version to go back to.
  returned: success
  type: str
  sample: "1.0"
back_from:
  description: The version that the latest rollout was to bring.
  returned: success
  type: str
  sample: "1.1"
run:
  description: Id of the latest rollout.
  returned: success
  type: str
  sample: quotes-1.1-5d0c7b1e
failure:
  description: Code of what went wrong.
  returned: failure
  type: dict
  sample: {code: not_found, endpoint: null, command: null, reply: null}
"""
