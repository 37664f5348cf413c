# SPDX-License-Identifier: GPL-3.0-or-later
"""The sizes of the planned batches: hybrid.rollout.batch_sizes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: batch_sizes
short_description: The sizes of the planned batches, for serial
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - The plan role puts every planned host into the groups C(rollout_planned) and C(rollout_batch_1), C(rollout_batch_2) and so on, the role end_rollout
    those that go back into C(rollout_put_back_batch_1) and so on. This filter counts them in order. C(serial) can be computed from groups, but
    not from variables of hosts.
positional: _input, prefix
options:
  _input:
    description: The magic variable C(groups).
    type: dict
    required: true
  prefix:
    description: What stands before C(_batch_1) in the names of the groups.
    type: str
    default: rollout
    version_added: 0.2.0
"""

EXAMPLES = r"""
- name: Roll out, one batch at a time
  hosts: "{{ groups.rollout_planned | default([]) }}"
  serial: "{{ groups | hybrid.rollout.batch_sizes }}"
"""

RETURN = r"""
_value:
  description: The size of each batch; one batch of size 1 where nothing is planned.
  type: list
  elements: int
"""


def batch_sizes(groups: Mapping[str, Sequence[str]], prefix: str = "rollout") -> list[int]:
    pattern = re.compile(re.escape(prefix) + r"_batch_(\d+)")
    numbered = {int(match[1]): len(groups[name]) for name in groups if (match := pattern.fullmatch(name))}
    return [numbered[number] for number in sorted(numbered)] or [1]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"batch_sizes": batch_sizes}
