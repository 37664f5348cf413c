# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Graphite: carbon-cache that takes numbers as lines of text, and graphite-web that answers render calls."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from ._tree import Room, listens

CARBON = """
[cache]
STORAGE_DIR = /srv
LOCAL_DATA_DIR = /srv/whisper
CONF_DIR = /srv
LOG_DIR = /srv
PID_DIR = /srv
USER =
ENABLE_TAGS = False
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {lines}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {cache}
"""
SCHEMAS = """
[every_second]
pattern = .*
retentions = 1s:1h
"""
SETTINGS = """
SECRET_KEY = "of a test"
LOG_DIR = "/srv"
STORAGE_DIR = "/srv"
WHISPER_DIR = "/srv/whisper"
CARBONLINK_HOSTS = ["127.0.0.1:{cache}"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/graphite.db"}}}}
"""


class Graphite:
    def __init__(self, home: Path) -> None:
        self.room = Room(home)
        self.lines, self.cache, self.web = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web}"

    def start(self) -> None:
        (self.room.home / "whisper").mkdir()
        self.room.write(
            **{"carbon_conf": CARBON.format(lines=self.lines, cache=self.cache), "storage-schemas_conf": SCHEMAS},
            settings_of_the_test_py=SETTINGS.format(cache=self.cache),
        )
        self.room.start("carbon", "carbon-cache", "--config=/srv/carbon.conf", "--nodaemon", "start")
        serve = ("gunicorn", "--bind", f"127.0.0.1:{self.web}", "graphite.wsgi:application")
        self.room.start("web", "env", "GRAPHITE_SETTINGS_MODULE=settings_of_the_test", *serve)
        self.room.until(lambda: listens(self.lines), "carbon listens")
        self.room.until(lambda: self.ask("constantLine(1)").startswith("["), "graphite-web answers")

    def send(self, values: Mapping[str, Mapping[int, float]]) -> None:
        """For each metric the values by how many seconds ago they were measured; back when all of them can be read."""
        now = int(time.time())
        lines = [
            f"quotes.{name} {value} {now - ago}\n" for name, points in values.items() for ago, value in points.items()
        ]
        with socket.create_connection(("127.0.0.1", self.lines), 10) as carbon:
            carbon.sendall("".join(lines).encode())
        self.room.until(
            lambda: all(self._readable(f"quotes.{name}") >= len(points) for name, points in values.items()),
            "render knows all that was sent",
        )

    def _readable(self, target: str) -> int:
        told = json.loads(self.ask(target))
        return sum(value is not None for one in told for value, _at in one["datapoints"])

    def ask(self, target: str, since: str = "-5min") -> str:
        """Its answer as it stands, by another client than the one that is tested."""
        asked = urlencode({"target": target, "from": since, "format": "json"})
        try:
            with urlopen(f"{self.url}/render?{asked}", timeout=10) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()
        except URLError as error:
            return str(error)

    def stop(self) -> None:
        self.room.stop()
