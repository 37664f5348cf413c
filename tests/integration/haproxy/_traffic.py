# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers of a test: keep-alive connections that never stop asking, and every answer counted."""

from __future__ import annotations

import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException, HTTPResponse
from types import TracebackType
from typing import Optional


class Customers:
    """``answers`` counts (status, member); what got no answer is counted as (0, reason).

    Each customer names itself in x-customer. ``with_cookies`` they keep the cookie that they are given, and ``cookies`` counts those.
    """

    def __init__(self, ports: list[int], per_port: int = 4, with_cookies: bool = False, path: str = "/") -> None:
        self.answers: Counter[tuple[int, str]] = Counter()
        self.cookies: Counter[str] = Counter()
        self._with_cookies = with_cookies
        self._path = path
        self._enough = threading.Event()
        self._count = threading.Lock()
        self._threads = [
            threading.Thread(target=self._ask, args=(port, {"x-customer": f"customer{number}"}), daemon=True)
            for number, port in enumerate(ports * per_port)
        ]

    @property
    def failed(self) -> dict[tuple[int, str], int]:
        return {answer: count for answer, count in self.answers.items() if answer[0] != 200}

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    def __enter__(self) -> Customers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join(30)

    def _ask(self, port: int, headers: dict[str, str]) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        while not self._enough.wait(0.01):
            try:
                connection.request("GET", self._path, headers=headers)
                response = connection.getresponse()
                answer = (response.status, response.read().decode())
                self._keep_cookie(response, headers)
            except (OSError, HTTPException) as error:
                connection.close()
                answer = (0, repr(error))
            with self._count:
                self.answers[answer] += 1
        connection.close()

    def _keep_cookie(self, response: HTTPResponse, headers: dict[str, str]) -> None:
        given = (response.getheader("set-cookie") or "").partition(";")[0]
        if given and self._with_cookies:
            headers["cookie"] = given
            with self._count:
                self.cookies[given] += 1


class SlowRequest:
    """One request that a member works on for as long as the test wants."""

    def __init__(self, port: int) -> None:
        self.status: Optional[int] = None
        self._port = port
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("GET", "/slow")
            self.status = connection.getresponse().status
        except (OSError, HTTPException):
            self.status = 0
        finally:
            connection.close()

    def result(self) -> Optional[int]:
        self._thread.join(30)
        return self.status
