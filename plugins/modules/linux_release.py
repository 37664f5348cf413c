#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linux_release
short_description: Stage a release on a Linux member, make it current, remove old ones
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Keeps the releases of a service in C(releases/<version>/) below O(service_root), and a symbolic link C(current) to
    the one that runs.
  - Runs on the member. An error leaves nothing of the new release behind and does not touch the running one.
attributes:
  check_mode:
    support: full
    description: Tells the same moves, and makes none. Nothing is downloaded.
  diff_mode:
    support: full
    description: Shows the moves in words.
extends_documentation_fragment:
  - hybrid.rollout._record
options:
  service_root:
    description: Absolute path of the directory of the service.
    type: path
    required: true
  state:
    description:
      - V(staged) fetches the artifact, checks its digest, unpacks it beside the running release and gives it its name
        when it is whole. A release that is there with the same digest is left alone. One with another digest is
        replaced unless it is current. What an earlier try left behind when it was killed is removed.
      - V(current) points C(current) to a staged release in one step and restarts O(unit). A release that is current
        already is restarted only if O(unit) is not active, or if an earlier switch has not had its restart.
      - V(pruned) removes all releases but the current one, the one named by O(version), and of the others the O(keep)
        that were made current last (a release that never was counts from when it was unpacked). Directories that this
        module did not make stay.
    type: str
    choices: [staged, current, pruned]
    required: true
  version:
    description:
      - The version, which is also the name of the directory. Letters, digits and C(. _ + -), no C(..).
      - Required unless O(state=pruned).
    type: str
  url:
    description:
      - Where the artifact is, C(http), C(https) or C(file). A C(.tar.gz), or what else Python's C(tarfile) reads.
      - Its entries are the release itself; no directory around them is removed.
      - Entries that lead out of the release, through links too, and devices are refused. Set-id bits and write access
        for others are dropped.
      - Required with O(state=staged).
    type: str
  sha256:
    description: SHA-256 of the artifact, 64 hexadecimal digits. Required with O(state=staged).
    type: str
  headers:
    description: Request headers for the artifact store, such as its password. They are not sent to where it redirects.
    type: dict
  download_timeout_seconds:
    description: Deadline of the download.
    type: float
    default: 60.0
  ca_path:
    description: File on the member with the certificates to trust, in place of the system's.
    type: path
  validate_certs:
    description: Whether the certificate of an C(https) store has to be valid for its name.
    type: bool
    default: true
  minimum_free_bytes:
    description: Free space that there has to be before the download, if more than three times the size of the artifact.
    type: int
    default: 0
  owner:
    description: Owner of the unpacked files. By default the user that the module runs as, usually root.
    type: str
  group:
    description: Group of the unpacked files. By default that of the user that the module runs as.
    type: str
  unit:
    description:
      - The systemd unit to restart with O(state=current). Without it nothing is restarted.
      - A unit that systemd cannot load is an error before the switch.
    type: str
  keep:
    description: How many releases O(state=pruned) keeps beside the current and the named one.
    type: int
    default: 3
seealso:
  - module: hybrid.rollout.health_gate
"""

EXAMPLES = r"""
- name: Fetch, verify and unpack a release beside the running one
  hybrid.rollout.linux_release:
    service_root: /srv/quotes
    state: staged
    version: "1.1"
    url: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    sha256: 8d3f6c0d4b7f2f9a5f7cf1d0f1c2b3a495867768594a3b2c1d0e9f8a7b6c5d4e

- name: Switch to it and restart the service
  hybrid.rollout.linux_release:
    service_root: /srv/quotes
    state: current
    version: "1.1"
    unit: quotes.service

- name: Keep the running release and the one before
  hybrid.rollout.linux_release:
    service_root: /srv/quotes
    state: pruned
    keep: 1
"""

RETURN = r"""
version:
  description: The version that the step was about.
  returned: unless an option is wrong
  type: str
  sample: "1.1"
previous:
  description: With O(state=current), the version that was current before, or null where none was. Otherwise null.
  returned: unless an option is wrong
  type: str
  sample: "1.0"
current:
  description: The version that is current after the step, or null where none is.
  returned: unless an option is wrong
  type: str
  sample: "1.1"
path:
  description: Directory of O(version).
  returned: unless an option is wrong
  type: str
  sample: /srv/quotes/releases/1.1
digest:
  description: SHA-256 of the artifact that O(version) was unpacked from. Null with O(state=pruned).
  returned: unless an option is wrong
  type: str
  sample: 8d3f6c0d4b7f2f9a5f7cf1d0f1c2b3a495867768594a3b2c1d0e9f8a7b6c5d4e
removed:
  description: Versions that O(state=pruned) removed.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["0.8", "0.9"]
restarted:
  description: Whether O(unit) was restarted.
  returned: unless an option is wrong
  type: bool
  sample: true
failure:
  description:
    - Code, endpoint, command and reply of what went wrong. Codes are V(bad_input), V(not_found), V(endpoint_failed),
      V(timed_out), V(checksum_mismatch), V(bad_archive), V(no_space), V(refused), V(unit_failed), V(module_failed)
      and V(unreachable).
    - Of the other values only those of O(state=current) come with a failure, and only with V(unit_failed).
  returned: on failure
  type: dict
  sample:
    code: checksum_mismatch
    endpoint: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    command: GET
    reply: 5b0c1d9e7f3a2b4c6d8e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._release.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._release.steps import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params, module.check_mode, Clock(time.monotonic, time.sleep), module.run_command))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
