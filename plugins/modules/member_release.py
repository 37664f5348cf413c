#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: member_release
short_description: Stage a release on a member of either platform, make it current, remove old ones
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Does what M(hybrid.rollout.linux_release) or M(hybrid.rollout.windows_release) does, whichever O(platform) names.
  - One task for all members of a mixed batch, so that they work at the same time. With a task file for each platform, Ansible has
    one platform wait for the other.
attributes:
  check_mode:
    support: full
    description: As in the module of the platform.
  diff_mode:
    support: full
    description: As in the module of the platform.
extends_documentation_fragment:
  - hybrid.rollout._record
options:
  platform:
    description: What the member runs.
    type: str
    choices: [linux, windows]
    required: true
  service_root:
    description: Absolute path of the directory of the service, such as C(/srv/quotes) or C(C:\apps\quotes).
    type: str
    required: true
  state:
    description: As in the module of the platform.
    type: str
    choices: [staged, current, pruned]
    required: true
  version:
    description: The version. Required unless O(state=pruned).
    type: str
  url:
    description: Where the artifact is. Required with O(state=staged).
    type: str
  sha256:
    description: SHA-256 of the artifact, 64 hexadecimal digits. Required with O(state=staged).
    type: str
  headers:
    description: Request headers for the artifact store, such as its password.
    type: dict
  download_timeout_seconds:
    description: How long the download may take on Linux, and how long the store may let the member wait on Windows.
    type: int
    default: 60
  validate_certs:
    description: Whether the certificate of an C(https) store has to be valid for its name.
    type: bool
    default: true
  keep:
    description: How many releases O(state=pruned) keeps beside the current and the named one.
    type: int
    default: 3
  linux:
    description: Further options of M(hybrid.rollout.linux_release), such as C(unit). Not read on Windows.
    type: dict
    default: {}
  windows:
    description: Further options of M(hybrid.rollout.windows_release), such as C(kind) and C(name). Not read on Linux.
    type: dict
    default: {}
seealso:
  - module: hybrid.rollout.linux_release
  - module: hybrid.rollout.windows_release
"""

EXAMPLES = r"""
- name: Switch to the release, on members of both platforms at the same time
  hybrid.rollout.member_release:
    platform: "{{ rollout_platform }}"
    service_root: "{{ rollout_service_root }}"
    state: current
    version: "1.1"
    linux:
      unit: quotes.service
    windows:
      name: Quotes
      executable: bin\quotes.exe
"""

RETURN = r"""
version:
  description: The version that the step was about. What else is returned is on the page of the module of the platform.
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
failure:
  description: Code, endpoint, command and reply of what went wrong, as in the module of the platform.
  returned: on failure
  type: dict
  sample:
    code: checksum_mismatch
    endpoint: http://10.77.0.5/quotes/quotes-1.1.tar.gz
    command: GET
    reply: 5b0c1d9e7f3a2b4c6d8e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._release.platforms import SPEC


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC).fail_json(
        msg="member_release works through its action on the controller and cannot be run as a module on a host."
    )


if __name__ == "__main__":
    main()
