# SPDX-License-Identifier: GPL-3.0-or-later
"""Each model was written against one script of a module; another script needs a review of the model."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.models.table import MODELS


def script(module: str) -> Path | None:
    namespace, collection, name = module.split(".")
    below = Path("ansible_collections", namespace, collection, "plugins", "modules", f"{name}.ps1")
    places = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
    return next((Path(place) / below for place in places if (Path(place) / below).is_file()), None)


@pytest.mark.parametrize("module", sorted(MODELS))
def test_the_installed_script_is_the_one_that_the_model_was_written_against(module: str) -> None:
    found = script(module)
    if found is None:
        pytest.skip(f"the collection of {module} is not installed")
    digest = hashlib.sha256(found.read_bytes()).hexdigest()
    assert digest in MODELS[module].script_sha256, f"needs review: {module} has another script, sha256 {digest}"
