# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running Alertmanager cannot be made to say, and what cannot be asked of one; test_at_alertmanager asks a real one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.alertmanager import names, read
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation

URL = "https://alertmanager.example.net/am/"


def test_a_message_says_what_was_asked_of_whom() -> None:
    given = {"url": URL, "matchers": ['team="payments"', 'severity="page"']}
    assert read("quiet", given).asked == (
        'Alertmanager https://alertmanager.example.net/am: no alert with team="payments", severity="page"'
    )
    assert read("quiet", {"url": URL}).asked == "Alertmanager https://alertmanager.example.net/am: no alert"


@pytest.mark.parametrize("body", [{}, {"status": "success"}, [{}], [{"labels": {}}], "", 7, None])
def test_an_answer_that_cannot_be_read_says_nothing_about_the_application(body: Any) -> None:
    observed = names("Alertmanager", body)
    assert isinstance(observed, Observation)
    assert observed.could_not_ask
    assert "an answer that cannot be read" in str(observed.reason)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": "alertmanager"}, "Write http:// or https://"),
        ({"url": "http://me:secret@alertmanager"}, "Use headers instead"),
        ({"url": "http://alertmanager/api/v2/alerts"}, "before /api"),
        ({"url": "http://alertmanager/?filter=x"}, "before /api"),
        ({"url": URL, "matchers": [" "]}, "an empty matcher"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read("quiet", settings)
