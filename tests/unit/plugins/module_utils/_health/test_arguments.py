# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation

Options = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"targets": []}, "targets is empty"),
        ({"targets": [{"name": "app1"}]}, "app1 needs either url, or host and port; it has neither"),
        ({"targets": [{"name": "app1", "url": "http://app1", "host": "app1"}]}, "it has both"),
        ({"targets": [{"name": "app1", "url": "http://app1", "port": 80}]}, "Write the port into the url"),
        ({"targets": [{"name": "app1", "host": "app1"}]}, "a port from 1 to 65535"),
        ({"targets": [{"name": "app1", "host": "app1", "port": 65536}]}, "a port from 1 to 65535"),
        ({"targets": [{"name": "app1", "host": "app1", "port": 80, "headers": {"a": "b"}}]}, "headers but no url"),
        ({"targets": [{"name": "app1", "url": "ftp://app1/"}]}, "Write http:// or https://"),
        ({"targets": [{"name": "app1", "url": "app1:8080/health"}]}, "Write http:// or https://"),
        ({"targets": [{"name": "app1", "url": "http://app1:port/"}]}, "Write http:// or https://"),
        ({"targets": [{"name": "app1", "url": "http:///health"}]}, "Write http:// or https://"),
        ({"targets": [{"name": "app1", "url": "http://app1/a b"}]}, "Write http:// or https://"),
        ({"targets": [{"name": "app1", "url": "http://me:secret@app1/"}]}, "Use headers instead"),
        ({"targets": [{"name": "a", "url": "http://a"}, {"name": "a", "url": "http://b"}]}, "names a more than once"),
        ({"targets": [{"name": "a", "host": "a", "port": 1}], "version": "1.1"}, "version cannot be asked of a"),
        ({"targets": [{"name": "a", "host": "a", "port": 1}], "expect": {"status": [200]}}, "expect cannot be asked"),
        ({"fail_on": [{}]}, r"fail_on\[0\] asks for nothing"),
        ({"expect": {"status": []}}, "expect asks for nothing"),
        ({"expect": {"status": [200], "json": {"a[": 1}}}, r"The path 'a\['"),
        ({"consecutive_successes": 0}, "consecutive_successes is 0"),
        ({"interval_seconds": 0.0}, "interval_seconds is 0"),
        ({"request_timeout_seconds": -1.0}, "request_timeout_seconds is -1"),
        ({"timeout_seconds": -1.0}, "timeout_seconds is -1"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds is nan"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(
    script: Any, options: Options, clock: Clock, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        run(options("app1", **given), False, clock)
    assert script.asked == []
    assert "secret" not in str(caught.value)


def test_an_interval_longer_than_the_deadline_still_asks_at_the_deadline(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", Observation(200))
    result = run(options("app1", interval_seconds=10.0, timeout_seconds=1.0, consecutive_successes=2), False, clock)
    assert result["targets"][0]["last"]["at_seconds"] == 1.0
