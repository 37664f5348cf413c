# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the ``occasion`` option. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  occasion:
    description:
      - When in the run of O(record) the gate stands, for example V(start) or V(batch 2).
      - The gate is then asked once per occasion. Every member of a batch may ask, and all but the first to come get its answer out of
        the ledger, with RV(answered_before).
      - Who asks something else under the same step, which is to say with other options, is answered anew.
      - An answer that fails the task, or none at all, stops the run in the ledger too. No further member is given a claim.
      - Left out, the answer is written down where there is O(record), and stops the task only.
      - Without O(record) and in check mode it has no effect.
    type: str
    version_added: 0.2.0
"""
