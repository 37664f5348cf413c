# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of rollout_plan tells every option and every part of the plan, and its sample is one that could be made."""

from __future__ import annotations

from typing import Any

import yaml
from ansible_collections.hybrid.rollout.plugins.doc_fragments._haproxy_endpoints import ModuleDocFragment
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.arguments import PLAN_SPEC
from ansible_collections.hybrid.rollout.plugins.modules.rollout_plan import DOCUMENTATION, RETURN
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import member, plan

OPTIONS = yaml.safe_load(DOCUMENTATION)["options"]
RETURNED = yaml.safe_load(RETURN)


def told(specification: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(specification.get(key) for key in ("type", "elements", "choices", "default", "required"))


def test_every_option_is_told_as_it_is() -> None:
    told_elsewhere = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    pairs = [(OPTIONS, PLAN_SPEC["argument_spec"])]
    pairs.append((OPTIONS["members"]["suboptions"], PLAN_SPEC["argument_spec"]["members"]["options"]))
    for page, specification in pairs:
        own = {name: spec for name, spec in specification.items() if name not in told_elsewhere}
        assert {name: told(option) for name, option in page.items()} == {name: told(spec) for name, spec in own.items()}


def test_the_sample_of_the_plan_has_the_parts_of_a_real_one() -> None:
    made = plan(member("app1", zone="a", pools=["quotes_api"], seconds=62), strangers={"quotes_api": 2}, min_active="0")
    sample = RETURNED["plan"]["sample"]
    assert set(sample) == set(made) == set(RETURNED["plan"]["contains"])
    assert set(sample["batches"][0]) == set(made["batches"][0])
    assert set(sample["batches"][0]["members"][0]) == set(made["batches"][0]["members"][0])
    assert sample["expected"].keys() == made["expected"].keys()
