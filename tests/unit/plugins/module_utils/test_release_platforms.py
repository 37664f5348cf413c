# SPDX-License-Identifier: GPL-3.0-or-later
"""member_release hands on what was asked for, and knows every option that both platforms have."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._release import arguments as linux
from ansible_collections.hybrid.rollout.plugins.module_utils._release.platforms import SPEC, module_and_options
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release import arguments as windows

ASKED = {
    "service_root": "/srv/quotes",
    "state": "current",
    "linux": {"unit": "quotes.service"},
    "windows": {"name": "Quotes"},
}


def test_each_platform_is_given_the_options_of_both_and_its_own() -> None:
    at = {"service_root": "/srv/quotes", "state": "current"}
    assert module_and_options({"platform": "linux", **ASKED}) == (
        "hybrid.rollout.linux_release",
        {**at, "unit": "quotes.service"},
    )
    assert module_and_options({"platform": "windows", **ASKED}) == (
        "hybrid.rollout.windows_release",
        {**at, "name": "Quotes"},
    )


def test_an_option_of_both_platforms_below_one_of_them_is_refused_before_it_could_win_or_lose() -> None:
    with pytest.raises(BadInput, match="state below windows belongs beside it"):
        module_and_options({**ASKED, "platform": "windows", "windows": {"name": "Quotes", "state": "pruned"}})


def test_every_option_that_both_platforms_have_is_one_of_member_release() -> None:
    of_both = set(linux.SPEC["argument_spec"]) & set(windows.SPEC["argument_spec"])
    assert of_both == set(SPEC["argument_spec"]) - {"platform", "linux", "windows"}
