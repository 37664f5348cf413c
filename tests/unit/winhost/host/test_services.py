# SPDX-License-Identifier: GPL-3.0-or-later
"""Services are real processes: they answer on the host's address, and stop when they are told to."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import (
    PATIENCE_SECONDS,
    answer,
    answers,
    place,
    program,
)
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.host.reboot import come_up, go_down
from ansible_collections.hybrid.rollout.tests.winhost.host.services import Service
from ansible_collections.hybrid.rollout.tests.winhost.host.win32 import Win32Error

SLEEPS = "#!/bin/sh\nexec sleep 600\n"


def installed(host: Host, name: str = "quotes", content: str = SLEEPS, arguments: str = "") -> Service:
    place(host, rf"C:\apps\{name}\{name}.exe", content)
    return host.services.create(name, rf"C:\apps\{name}\{name}.exe {arguments}".strip())


def test_a_started_service_answers_and_a_stopped_one_does_not(host: Host, port: int) -> None:
    service = installed(host, content=program("1.0.0"), arguments=str(port))
    host.services.start(service)
    assert answers(host.address, port, "1.0.0")
    assert service.state == "running"
    host.services.stop(service)
    assert service.state == "stopped"
    assert answer(host.address, port) == ""


def test_a_program_path_in_quotes_may_have_spaces(host: Host) -> None:
    place(host, r"C:\Program Files\Quotes\quotes.exe", SLEEPS)
    service = host.services.create("quotes", r'"C:\Program Files\Quotes\quotes.exe" --console')
    host.services.start(service)
    assert service.state == "running"


def test_a_program_that_ends_at_once_is_error_1053(host: Host) -> None:
    host.services.settle_seconds = PATIENCE_SECONDS
    service = installed(host, content="#!/bin/sh\nexit 3\n")
    with pytest.raises(Win32Error) as refused:
        host.services.start(service)
    assert refused.value.number == 1053
    assert service.state == "stopped"
    assert service.last_error == 1053


def test_a_service_that_dies_later_is_seen_as_stopped(host: Host) -> None:
    service = installed(host)
    host.services.start(service)
    assert service.running is not None
    service.running.process.kill()
    assert service.running.ended_within(PATIENCE_SECONDS)
    assert service.state == "stopped"
    assert host.services.images() == set()


@pytest.mark.parametrize(("fault", "number"), [("start_1053", 1053), ("disabled_1058", 1058)])
def test_a_fault_is_switched_on_and_off_while_the_host_runs(host: Host, fault: str, number: int) -> None:
    service = installed(host)
    host.faults.add(fault)
    with pytest.raises(Win32Error) as refused:
        host.services.start(service)
    assert refused.value.number == number
    host.faults.remove(fault)
    host.services.start(service)
    assert service.state == "running"


def test_what_is_not_a_program_is_not_started(host: Host) -> None:
    with pytest.raises(Win32Error, match="not a valid Win32 application"):
        host.services.start(installed(host, content="just words"))
    with pytest.raises(Win32Error, match="cannot find the file"):
        host.services.start(host.services.create("nobody", r"C:\nobody.exe"))


def test_a_dotnet_assembly_is_run_by_the_command_of_the_host(tmp_path: Path) -> None:
    runner = tmp_path / "runner"
    runner.write_text(f"#!/bin/sh\necho $WINHOST_NAME runs $1 > {tmp_path}/seen\nexec sleep 600\n", encoding="utf-8")
    host = Host("win01", "127.0.1.1", tmp_path / "win01", dotnet=["/bin/sh", str(runner)])
    try:
        host.services.start(installed(host, content="MZ..."))
        seen = tmp_path / "seen"
        end = time.monotonic() + PATIENCE_SECONDS
        while not (seen.exists() and seen.read_text(encoding="utf-8")) and time.monotonic() < end:
            time.sleep(0.02)
        assert seen.read_text(encoding="utf-8").split() == ["win01", "runs", str(*host.services.images())]
    finally:
        host.close()


def test_what_a_service_needs_is_started_before_it(host: Host) -> None:
    needed, service = installed(host, "store"), installed(host)
    service.dependencies = ["store"]
    host.services.start(service)
    assert needed.state == "running"
    assert host.services.running_dependents(needed) == [service]


def test_a_slow_stop_goes_on_answering_until_it_is_over(host: Host, port: int) -> None:
    service = installed(host, content=program("1.0.0"), arguments=str(port))
    host.services.slow_stop_seconds = 600
    host.services.start(service)
    assert answers(host.address, port, "1.0.0")
    host.faults.add("slow_stop")
    stop = threading.Thread(target=host.services.stop, args=(service,), daemon=True)
    stop.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while service.state != "stop_pending" and time.monotonic() < end:
        time.sleep(0.01)
    assert service.state == "stop_pending"
    assert answer(host.address, port) == "1.0.0"
    host.faults.remove("slow_stop")
    stop.join(PATIENCE_SECONDS)
    assert service.state == "stopped"


def test_a_service_that_does_not_hear_stays_and_the_stop_fails(host: Host, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    deaf = f"#!{sys.executable}\nimport pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    service = installed(host, content=f"{deaf}pathlib.Path({str(ready)!r}).touch()\ntime.sleep(600)\n")
    host.services.start(service)
    end = time.monotonic() + PATIENCE_SECONDS
    while not ready.exists() and time.monotonic() < end:
        time.sleep(0.02)
    host.services.stop_seconds = 0.2
    with pytest.raises(Win32Error) as refused:
        host.services.stop(service)
    assert refused.value.number == 1053
    assert service.state == "running"


def test_a_reboot_brings_back_what_starts_by_itself(host: Host) -> None:
    automatic, manual = installed(host), installed(host, "by_hand")
    manual.start_mode = "manual"
    host.services.start(automatic)
    host.services.start(manual)
    booted = host.boot_time
    go_down(host)
    assert (automatic.state, manual.state) == ("stopped", "stopped")
    come_up(host)
    assert (automatic.state, manual.state) == ("running", "stopped")
    assert host.boot_time > booted
