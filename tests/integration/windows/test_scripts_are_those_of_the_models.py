# SPDX-License-Identifier: GPL-3.0-or-later
"""Each model was held against certain scripts of a module; another script needs a review of the model."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.installed import spec_of
from ansible_collections.hybrid.rollout.tests.winhost.models.table import MODELS


def script(module: str) -> Path | None:
    namespace, collection, name = module.split(".")
    below = Path("ansible_collections", namespace, collection, "plugins", "modules", f"{name}.ps1")
    places = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
    return next((Path(place) / below for place in places if (Path(place) / below).is_file()), None)


@pytest.mark.parametrize("module", sorted(MODELS))
def test_the_installed_script_is_one_that_the_model_was_held_against(module: str) -> None:
    found = script(module)
    if found is None:
        pytest.skip(f"the collection of {module} is not installed")
    digest = hashlib.sha256(found.read_bytes()).hexdigest()
    assert digest in MODELS[module].script_sha256, f"needs review: {module} has another script, sha256 {digest}"


@pytest.mark.parametrize("module", sorted(MODELS))
def test_what_a_model_honours_or_ignores_is_an_option_of_the_module(module: str) -> None:
    """An older script reads what it knows and no more, so a model of it may ignore what an action plugin hands on."""
    spec, model = spec_of(module), MODELS[module]
    assert model.honours <= spec.options.keys()
    assert spec.source == "legacy" or model.ignores.keys() <= spec.options.keys()
