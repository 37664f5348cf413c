# SPDX-License-Identifier: GPL-3.0-or-later
"""A PowerShell runspace on the host's side, on top of psrpcore: pipelines come in, their input follows, their output goes out."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from threading import Condition, Thread
from time import monotonic
from typing import Any, Optional

import psrpcore
from psrpcore.types import HostMethodIdentifier, PSString

from .journal import Journal, Record
from .operations import Carry
from .outcome import Outcome

_PART = 100_000


class Runspace:
    def __init__(self, host: str, carry_out: Carry, journal: Journal) -> None:
        self._host, self._carry_out, self._journal = host, carry_out, journal
        self._pool = psrpcore.ServerRunspacePool()
        self._out: dict[Optional[uuid.UUID], list[bytes]] = {}  # None: the pool itself
        self._given: dict[uuid.UUID, list[str]] = {}
        self._done: set[uuid.UUID] = set()
        self._changed = Condition()
        self.latest: Optional[Record] = None
        self._asked: set[uuid.UUID] = set()
        self.requests_before = 1  # the one that opened it; those of no call yet

    def begin(self) -> None:
        """A pipeline is coming: one more call."""
        record = self._journal.begin(self._host)
        record.http_requests, self.requests_before = self.requests_before, 0
        if self.latest:
            self._journal.end(self.latest)
        self.latest = record

    def feed(self, data: bytes, pipeline: Optional[uuid.UUID] = None) -> None:
        with self._changed:
            if pipeline is not None and pipeline not in self._pool.pipeline_table:
                psrpcore.ServerPipeline(self._pool, pipeline)
            self._pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, pipeline))
            for event in iter(self._pool.next_event, None):
                self._take(event)
            self._pump()

    def output(self, pipeline: Optional[uuid.UUID], seconds: float) -> tuple[list[bytes], bool]:
        """What there is of it, and whether that was all. A pipeline's output is given when it is whole."""
        with self._changed:
            self._changed.wait_for(lambda: pipeline in self._done if pipeline else self._out.get(None), seconds)
            whole = pipeline in self._done
            return (self._out.pop(pipeline, []) if whole or pipeline is None else []), whole

    def first_time(self, pipeline: uuid.UUID) -> bool:
        """Whether its output was never asked for before."""
        first = pipeline not in self._asked
        self._asked.add(pipeline)
        return first

    def _take(self, event: Any) -> None:
        if isinstance(event, psrpcore.CreatePipelineEvent):
            self._given[event.pipeline_id] = []
            if event.pipeline.no_input:
                self._start(event.pipeline_id)
        elif isinstance(event, psrpcore.PipelineInputEvent):
            self._given[event.pipeline_id].extend(_lines(event.data))
        elif isinstance(event, psrpcore.EndOfPipelineInputEvent):
            self._start(event.pipeline_id)

    def _start(self, pipeline_id: uuid.UUID) -> None:
        pipeline = self._pool.pipeline_table[pipeline_id]
        pipeline.start()
        Thread(target=self._run, args=(pipeline_id, pipeline, self.latest), daemon=True).start()

    def _run(self, pipeline_id: uuid.UUID, pipeline: Any, record: Record) -> None:
        started = monotonic()
        script = str(pipeline.metadata.commands[0].command_text)
        line = "PowerShell -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()
        given = "\n".join(self._given.pop(pipeline_id)).encode()
        record.payload_bytes = len(given)
        outcome = Outcome("running", 1)
        try:
            outcome = self._carry_out(line, given, record)
        finally:
            record.verdict = outcome.verdict
            record.milliseconds = round((monotonic() - started) * 1000, 1)
            with self._changed:
                _write(pipeline, outcome)
                self._done.add(pipeline_id)
                self._pump()

    def _pump(self) -> None:
        for part in iter(lambda: self._pool.data_to_send(_PART), None):
            self._out.setdefault(part.pipeline_id, []).append(part.data)
        self._changed.notify_all()


def _write(pipeline: Any, outcome: Outcome) -> None:
    for line in outcome.stdout.splitlines():
        pipeline.write_output(PSString(line))
    if outcome.stderr:
        pipeline.host_call(HostMethodIdentifier.WriteErrorLine, [PSString(outcome.stderr)])
    if outcome.exit_code:
        pipeline.host_call(HostMethodIdentifier.SetShouldExit, [outcome.exit_code])
    pipeline.complete()


def _lines(data: Any) -> Iterator[str]:
    """A client sends a line, or a list of lines."""
    if isinstance(data, str):
        yield str(data)
    else:
        for line in data:
            yield str(line)
