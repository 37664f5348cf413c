# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Alertmanager that is told of alerts and silences as a Prometheus and an operator would."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from ._tree import Room, listens

CONFIG = """
route: {receiver: nobody}
receivers: [{name: nobody}]
inhibit_rules:
- source_matchers: [alertname="DataCentreDown"]
  target_matchers: [severity="page"]
"""


class Alertmanager:
    def __init__(self, home: Path) -> None:
        self.room, self.port = Room(home, "alertmanager"), free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.room.write(alertmanager_yml=CONFIG)
        self.room.start(
            "alertmanager",
            "prometheus-alertmanager",
            "--config.file=/srv/alertmanager.yml",
            "--storage.path=/srv/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        )
        self.room.until(lambda: listens(self.port), "Alertmanager listens")

    def fire(self, name: str, **labels: str) -> None:
        self._tell("alerts", [{"labels": {"alertname": name, **labels}, **_hours(0, 1)}])

    def resolve(self, name: str, **labels: str) -> None:
        self._tell("alerts", [{"labels": {"alertname": name, **labels}, **_hours(-2, -1)}])

    def silence(self, name: str) -> None:
        matchers = [{"name": "alertname", "value": name, "isRegex": False}]
        self._tell("silences", {"matchers": matchers, "createdBy": "alice", "comment": "known", **_hours(0, 1)})

    def _tell(self, what: str, told: Any) -> None:
        body, headers = json.dumps(told).encode(), {"content-type": "application/json"}
        urlopen(Request(f"{self.url}/api/v2/{what}", body, headers), timeout=20).close()

    def stop(self) -> None:
        self.room.stop()


def _hours(start: int, end: int) -> dict[str, str]:
    now = datetime.now(timezone.utc)
    return {"startsAt": (now + timedelta(hours=start)).isoformat(), "endsAt": (now + timedelta(hours=end)).isoformat()}
