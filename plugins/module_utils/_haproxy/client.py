# SPDX-License-Identifier: GPL-3.0-or-later
"""One endpoint in conversation: what it says as a snapshot, what it is told as orders. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import (
    LEVEL,
    Order,
    order_lines,
    read_line,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.replies import (
    LEVELS,
    Answer,
    confirms,
    hidden_pools,
    read_answer,
    read_pools,
    read_process,
)

Exchange = Callable[[Endpoint, str], str]


def unreadable(error: Exception) -> str:
    return f"gave an answer that cannot be read ({error!r})"


class Client:
    """``exchange`` carries one line there and everything that is answered back."""

    def __init__(self, endpoint: Endpoint, exchange: Exchange) -> None:
        self.endpoint = endpoint
        self._exchange = exchange

    def ask(self, line: str) -> tuple[str, Answer]:
        """What is answered to a line that ends by asking the level: whole, though it may hold complaints."""
        text = self._exchange(self.endpoint, line)
        answer = self._answer(line, text)
        if not answer.level:
            raise self._failed(line, text, "broke off its answer" if text else "closed the connection without a word")
        return text, answer

    def read(self, pools: Sequence[str]) -> Snapshot:
        line = read_line(pools)
        text, answer = self.ask(line)
        try:
            if pools and hidden_pools(answer):
                line = read_line([])
                text, answer = self.ask(line)
            known = read_pools(answer)
            process = read_process(answer.info)
        except (KeyError, ValueError, TypeError) as error:
            raise self._failed(line, text, unreadable(error)) from error
        for pool in pools:
            if pool not in known:
                raise self._unknown_pool(pool, line, answer.complaints)
        if answer.complaints:
            raise self._failed(line, text, "answered " + " / ".join(answer.complaints))
        asked = {pool: known[pool] for pool in pools or known}
        return Snapshot(self.endpoint.name, self.endpoint.url, process, answer.level, asked)

    def tell(self, orders: Sequence[Order]) -> None:
        """Give the orders. Success is silence, or one of a few sentences; anything else is a failure."""
        for line in order_lines(orders):
            text = self._exchange(self.endpoint, line)
            answer = self._answer(line, text)
            complaints = [words for words in answer.complaints if not confirms(words, line)]
            if complaints:
                raise self._failed(line, text, "answered " + " / ".join(complaints))
            if not answer.level:
                raise self._failed(line, text, "closed the connection without a word")

    def expect(self, command: str, words: str) -> None:
        """Give a command that answers with words, and fail on any others."""
        line = f"{command};{LEVEL}"
        text = self._exchange(self.endpoint, line)
        answer = self._answer(line, text)
        if answer.complaints != [words] or not answer.level:
            raise self._failed(line, text, "answered " + (" / ".join(answer.words) or "nothing"))

    def require_admin(self, snapshot: Snapshot) -> None:
        if snapshot.level != "admin":
            raise EndpointFailed(
                f"HAProxy {self.endpoint.name} ({self.endpoint.url}) lets this socket only ask: its level is "
                f"{snapshot.level}. Changing a server needs 'level admin' on the stats socket.",
                endpoint=self.endpoint.name,
                command=LEVEL,
                reply=snapshot.level,
            )

    def _answer(self, line: str, text: str) -> Answer:
        try:
            return read_answer(text)
        except ValueError as error:
            whole = text.rsplit(maxsplit=1)[-1] in LEVELS
            raise self._failed(line, text, unreadable(error) if whole else "broke off its answer") from error

    def _failed(self, line: str, text: str, what: str) -> EndpointFailed:
        return EndpointFailed(
            f"HAProxy {self.endpoint.name} ({self.endpoint.url}) {what}. It was asked: {line}",
            endpoint=self.endpoint.name,
            command=line,
            reply=text.strip(),
        )

    def _unknown_pool(self, pool: str, line: str, complaints: Sequence[str]) -> NotFound:
        words = " / ".join(complaints)
        return NotFound(
            f"HAProxy {self.endpoint.name} ({self.endpoint.url}) has no pool {pool}"
            + (f": {words}" if words else "")
            + " Compare the pool's name with the backends of its configuration.",
            endpoint=self.endpoint.name,
            command=line,
            reply=words,
        )
