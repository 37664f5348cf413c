# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate is asked, as a digest: two questions of one step are told apart by it. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

# When it is asked, and where is written down what came of it.
BESIDE_THE_QUESTION = ("record", "occasion", "evidence_path")
PASSWORD = re.compile(r"//[^/@]*@")


def asked(params: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The options that make it another question, without those that are secret."""
    return {
        option: value
        for option, value in params.items()
        if option not in BESIDE_THE_QUESTION and not spec["argument_spec"][option].get("no_log")
    }


def digest(question: Mapping[str, Any]) -> str:
    """A password in an address, which a gate refuses, is no part of it: nobody could try passwords on the digest."""
    told = json.dumps(question, sort_keys=True, default=str)
    return hashlib.sha256(PASSWORD.sub("//", told).encode()).hexdigest()
