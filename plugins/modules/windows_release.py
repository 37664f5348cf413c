#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: windows_release
short_description: Stage a release on a Windows member, make it current, remove old ones
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Keeps the releases of a service in C(releases\<version>\) below O(service_root), beside each other, and has a Windows service, a website
    of IIS, a scheduled task or a program of NSSM run one of them.
  - Runs on the controller. Each step is made of calls of existing modules on the member, so that it can be written down before and after,
    and a lost connection is a failed step and never an unreachable host.
  - What stands in a release folder is whole if there is an empty file C(rollout-release-<sha256>) in it, which is made last.
requirements:
  - ansible.windows and community.windows on the controller, and microsoft.iis for O(kind=iis)
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
    description: Absolute path of the folder of the service, such as C(C:\apps\quotes).
    type: str
    required: true
  state:
    description:
      - V(staged) proves that O(name) is there, fetches the artifact, has its digest checked and unpacks it beside the running release. A
        release that is there with the same digest is left alone. One with another digest is replaced unless it is current. What an
        earlier try left behind in the folder of this version when it was killed is removed.
      - V(current) has O(name) run a staged release. A service stops before anything of it changes, and starts with the new release.
      - V(pruned) removes all releases but the current one, the one named by O(version), and of the others the O(keep) that were unpacked
        last. Folders that are no whole releases stay.
    type: str
    choices: [staged, current, pruned]
    required: true
  version:
    description:
      - The version, which is also the name of the folder. Letters, digits and C(. _ + -), no C(..), no dot at the end, no name of a device.
      - Windows does not tell upper from lower case, so neither does this module.
      - Required unless O(state=pruned).
    type: str
  url:
    description:
      - Where the artifact is, C(http) or C(https). A zip file whose entries are the release itself.
      - Required with O(state=staged).
    type: str
  sha256:
    description: SHA-256 of the artifact, 64 hexadecimal digits. Required with O(state=staged).
    type: str
  headers:
    description: Request headers for the artifact store, such as its password.
    type: dict
  download_timeout_seconds:
    description: How long the artifact store may let the member wait. This is the C(url_timeout) of M(ansible.windows.win_get_url).
    type: int
    default: 60
  validate_certs:
    description:
      - Whether the certificate of an C(https) store has to be valid for its name.
      - The member trusts what its own certificate store trusts. There is no option for another file.
    type: bool
    default: true
  kind:
    description:
      - V(service) is a Windows service whose image is in the release.
      - V(iis) is a website of IIS whose physical path is the release.
      - V(scheduled_task) is a task with one action. A run that is under way goes on with the release that it began with.
      - V(console) is a program that NSSM runs as a service. Its display name, description and start mode become what NSSM has by itself.
    type: str
    choices: [service, iis, scheduled_task, console]
    default: service
  name:
    description: Name of the service, the website or the task (with its folders, such as C(\quotes\nightly)). It has to be there already.
    type: str
    required: true
  executable:
    description: The program, as a path inside the release. By default O(name) with C(.exe). Not used with O(kind=iis).
    type: str
  arguments:
    description: The arguments of the program. They take the place of those that it has.
    type: str
    default: ""
  application_pool:
    description: The application pool of the website. Required with O(kind=iis). A website that has another one is refused.
    type: str
  stop_pool:
    description:
      - Whether the application pool stops before the website changes and starts after it, in place of a restart after it.
      - A switch that was killed half way then leaves a stopped pool, which the next run starts.
    type: bool
    default: false
  switch:
    description:
      - V(path) tells Windows the path of the release.
      - V(junction) tells it the path of the junction C(current) below O(service_root), and has the junction lead to the release.
    type: str
    choices: [path, junction]
    default: path
  keep:
    description: How many releases O(state=pruned) keeps beside the current and the named one.
    type: int
    default: 3
  staged:
    description:
      - What O(state=staged) returned earlier in the same run. With it, what was seen then is not asked for again.
      - With O(state=pruned) it says that O(version) has been made current since. What ran before it counts as the latest of the others.
    type: dict
seealso:
  - module: hybrid.rollout.linux_release
  - module: hybrid.rollout.health_gate
"""

EXAMPLES = r"""
- name: Fetch, verify and unpack a release beside the running one
  hybrid.rollout.windows_release:
    service_root: C:\apps\quotes
    state: staged
    version: "1.1"
    url: https://artifacts.example.com/quotes/quotes-1.1.zip
    sha256: 8d3f6c0d4b7f2f9a5f7cf1d0f1c2b3a495867768594a3b2c1d0e9f8a7b6c5d4e
    name: Quotes
  register: staged_release

- name: Stop the service, and start it with the new release
  hybrid.rollout.windows_release:
    service_root: C:\apps\quotes
    state: current
    version: "1.1"
    name: Quotes
    staged: "{{ staged_release }}"

- name: Have a website serve the new release
  hybrid.rollout.windows_release:
    service_root: C:\apps\shop
    state: current
    version: "2.4"
    kind: iis
    name: Shop
    application_pool: Shop

- name: Keep the running release and the one before
  hybrid.rollout.windows_release:
    service_root: C:\apps\quotes
    state: pruned
    name: Quotes
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
  description: The version that is current after the step, or null where none is, or where the switch failed.
  returned: unless an option is wrong
  type: str
  sample: "1.1"
path:
  description: Folder of O(version).
  returned: unless an option is wrong
  type: str
  sample: C:\apps\quotes\releases\1.1
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
  description: Whether the service, the application pool or the program was started or restarted.
  returned: unless an option is wrong
  type: bool
  sample: true
seen:
  description: With O(state=staged), what the member had before the step, for O(staged). Otherwise null.
  returned: unless an option is wrong
  type: dict
calls:
  description: How many module calls the step made on the member.
  returned: always
  type: int
  sample: 5
failure:
  description:
    - Code, endpoint, command and reply of what went wrong. The command is the module that failed, the reply its own words.
    - Codes are V(bad_input), V(not_found), V(endpoint_failed), V(checksum_mismatch), V(bad_archive), V(no_space), V(refused),
      V(unit_failed), V(module_failed) and V(unreachable).
    - Of the other values only those of O(state=current) come with a failure.
  returned: on failure
  type: dict
  sample:
    code: unit_failed
    endpoint: win1
    command: ansible.windows.win_service
    reply: "failed to start service Quotes: the service did not respond to the start request in a timely fashion"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.arguments import SPEC


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC).fail_json(
        msg="windows_release works through its action on the controller and cannot be run as a module on a host."
    )


if __name__ == "__main__":
    main()
