# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's fleet as a test sees it: start a rollout as an operator does, then look at HAProxy, the members and the ledger."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate, open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import placement_of
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger, LedgerFailed

TOP = Path(__file__).resolve().parents[3]
STATE = Path(os.environ["HYBRID_ROLLOUT_CACHE"]) / "lab"
LEDGER = str(STATE / "run" / "ledger.sqlite3")
CLOCK = Clock(time.monotonic, time.sleep)
MEMBERS = {"app1": "10.77.0.21", "app2": "10.77.0.22", "app3": "10.77.0.23", "app4": "10.77.0.24"}
INVENTORIES = ["inventories/lab"]
BALANCERS = {"lb1": "10.77.0.11", "lb2": "10.77.0.12"}
QUICK = {"rollout_canary": 0, "rollout_batch": "2", "rollout_bake_seconds": 0, "rollout_min_active": "0"}


@dataclass(frozen=True)
class Played:
    """How a playbook ended. ``run`` is the run that it opened in the ledger, None if it opened none."""

    exit_code: int
    output: str
    run: Optional[dict[str, Any]]

    def outcomes(self) -> dict[str, Optional[str]]:
        assert self.run is not None, self.output
        return {claim["member"]: claim["outcome"] for claim in self.run["claims"]}

    def recap(self, member: str) -> dict[str, int]:
        """The member's line of Ansible's PLAY RECAP."""
        line = next(line for line in reversed(self.output.splitlines()) if line.startswith(f"{member} "))
        return {key: int(value) for key, value in (pair.split("=") for pair in line.split(":")[1].split())}

    def last_lines(self) -> str:
        """What stands below the recap."""
        return self.output.rpartition("PLAY RECAP")[2]


def play(playbook: str, inventory: Optional[Path] = None, limit: Optional[str] = None, **extra: Any) -> Played:
    before = set(runs())
    inventories = [str(inventory)] if inventory else INVENTORIES
    command = ["ansible-playbook", *given(inventories), playbook, "-e", json.dumps(extra)]
    command += ["--limit", limit] if limit else []
    done = subprocess.run(
        command,
        check=False,
        cwd=TOP,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
    )
    opened = [run for run in runs() if run not in before]
    return Played(done.returncode, done.stdout, read(opened[-1]) if opened else None)


def given(inventories: list[str]) -> list[str]:
    return [word for inventory in inventories for word in ("-i", inventory)]


def deploy(version: str, **extra: Any) -> Played:
    return play("hybrid.rollout.deploy", rollout_service="quotes", rollout_version=version, **extra)


@dataclass(frozen=True)
class Interrupted:
    """A rollout whose controller was sent a signal: the run that is left, and how the controller ended."""

    run: str
    exit_code: int


def deploy_and_kill(at_step: str, version: str, **extra: Any) -> str:
    """Start a rollout and kill its controller as soon as some member's step has begun; the id of the run that is left."""
    return interrupt(f"step_began {at_step}", signal.SIGKILL, version, **extra).run


def interrupt(moment: str, number: signal.Signals, version: str, **extra: Any) -> Interrupted:
    """Send the signal to the controller of a rollout at a moment: the kind of an event in its ledger, and its step if it has one."""
    known = set(runs())
    variables = {"rollout_service": "quotes", "rollout_version": version, **extra}
    command = ["ansible-playbook", *given(INVENTORIES), "hybrid.rollout.deploy", "-e", json.dumps(variables)]
    controller = subprocess.Popen(
        command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        eventually(lambda: _happened(known, moment), f"{moment} in the ledger")
        os.killpg(controller.pid, number)
        return Interrupted(_opened_since(known), controller.wait(120))
    finally:
        if controller.poll() is None:
            os.killpg(controller.pid, signal.SIGKILL)
            controller.wait()


@contextmanager
def at_work(version: str, until_step: str, **extra: Any) -> Iterator[str]:
    """A rollout in the background: the test goes on when a member's step has begun, and the rollout to its end after it."""
    known = set(runs())
    variables = {"rollout_service": "quotes", "rollout_version": version, **QUICK, "rollout_canary": 1, **extra}
    command = ["ansible-playbook", *given(INVENTORIES), "hybrid.rollout.deploy", "-e", json.dumps(variables)]
    controller = subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: _happened(known, f"step_began {until_step}"), f"{until_step} begins")
        yield _opened_since(known)
        assert controller.wait(240) == 0
    finally:
        controller.kill()
        controller.wait()


def _opened_since(known: set[str]) -> str:
    return next(run for run in runs() if run not in known)


def _happened(known: set[str], moment: str) -> bool:
    return any(
        f"{event['kind']} {event['step'] or ''}".strip() == moment
        for run in runs()
        if run not in known
        for event in read(run)["events"]
    )


def _ledger() -> Ledger:
    """Its database may just be starting again."""
    deadline = Deadline(60, CLOCK)
    for _elapsed in deadline.polls(0.25):
        try:
            return Ledger.open(LEDGER)
        except LedgerFailed:
            if deadline.expired:
                raise
    raise AssertionError("unreachable")


def runs() -> list[str]:
    if "://" not in LEDGER and not Path(LEDGER).exists():
        return []
    with _ledger() as ledger:
        return [row["id"] for row in ledger.rows("SELECT id FROM runs ORDER BY opened_at")]


def read(run: str) -> dict[str, Any]:
    with _ledger() as ledger:
        return {**read_run(ledger, run), "events": ledger.events(run)}


def open_runs() -> list[str]:
    with _ledger() as ledger:
        return [row["id"] for row in ledger.rows("SELECT id FROM runs WHERE state = 'open'")]


class Later:
    """Enters ``trouble`` as soon as a step has begun in the run that is opened next, and leaves it at the end of the block."""

    def __init__(self, step: str, trouble: Callable[[], AbstractContextManager[None]]) -> None:
        self._step, self._trouble = step, trouble
        self._held = ExitStack()
        self._over = threading.Event()

    def __enter__(self) -> Later:
        known = set(runs())

        def wait() -> None:
            eventually(lambda: _happened(known, f"step_began {self._step}"), f"{self._step} begins", seconds=120)
            self._held.enter_context(self._trouble())
            self._over.wait()  # what a thread has started may end with it

        self._thread = threading.Thread(target=wait)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()
        self._held.close()


class Traffic:
    """Customers' requests while a block runs; ``account`` tells afterwards what became of each."""

    def __init__(self, folder: Path, rate: int = 200, rows_rate: int = 0) -> None:
        self._folder, self._rate, self._rows_rate = folder, rate, rows_rate

    def __enter__(self) -> Traffic:
        command = ["tests/lab/witness/witness", "--output", str(self._folder), "--rate", str(self._rate)]
        command += ["--rows-rate", str(self._rows_rate)] if self._rows_rate else []
        self._witness = subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        eventually((self._folder / "requests.csv").exists, "customers use the service")
        return self

    def __exit__(self, *_error: object) -> None:
        self._witness.terminate()
        self._witness.wait(180)  # it reads every row at the end, for two minutes at most

    def account(self) -> dict[str, Any]:
        """The totals: how many ``requests`` there were, how many ``failed``, how many ``by_version`` and more."""
        totals: dict[str, Any] = json.loads((self._folder / "witness.json").read_text())["totals"]
        return totals


class PoolWatch:
    """Looks all the time how many members serve in the online pool while a block runs."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._fewest = len(MEMBERS)

    def __enter__(self) -> PoolWatch:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def fewest(self) -> int:
        """The fewest that any load balancer showed."""
        return self._fewest

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            places = placements()
            for balancer in BALANCERS:
                serving = sum(found[balancer] == "online" for found in places.values())
                self._fewest = min(self._fewest, serving)


def take_out_by_hand(member: str) -> None:
    """As an operator does who tells HAProxy himself."""
    pools = ("quotes", "quotes_maintenance")
    _estate().tell(Order(ServerKey(name, pool, member), Action.MAINT) for name in BALANCERS for pool in pools)


def answers_to_ssh(member: str) -> bool:
    """A whole login, as Ansible does it."""
    command = ["ansible", "-i", "inventories/lab", member, "-m", "ansible.builtin.raw", "-a", "true", "-T", "3"]
    return subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def version_of(member: str) -> Optional[str]:
    try:
        with urllib.request.urlopen(f"http://{MEMBERS[member]}:8080/health", timeout=2) as answer:
            return str(json.load(answer)["version"])
    except (urllib.error.URLError, OSError):
        return None


def _estate(*endpoints: str) -> Estate:
    options = {
        "endpoints": [{"name": name, "url": f"tls://{BALANCERS[name]}:9999"} for name in endpoints or BALANCERS],
        "ca_path": str(STATE / "pki/ca.pem"),
        "client_cert": str(STATE / "pki/client.pem"),
        "client_key": str(STATE / "pki/client.key"),
        "connect_timeout_seconds": 5,
        "read_timeout_seconds": 5,
    }
    return open_estate(options, ["quotes", "quotes_maintenance"], CLOCK)


def placements(*endpoints: str) -> dict[str, dict[str, str]]:
    """Where HAProxy holds each member: {member: {endpoint: placement}}, with ``not serving`` behind an online one that is down."""
    found: dict[str, dict[str, str]] = {member: {} for member in MEMBERS}
    estate = _estate(*endpoints)
    estate.gather()
    for seen in estate.seen():
        for member in MEMBERS:
            online = seen.pools["quotes"][member]
            place = placement_of(online, seen.pools["quotes_maintenance"][member])
            found[member][seen.endpoint] = (
                f"{place}, not serving" if place == "online" and not online.serving else place
            )
    return found


def is_whole(version: str) -> bool:
    """Every member runs the version and serves customers on both load balancers."""
    return all(version_of(member) == version for member in MEMBERS) and all(
        place == "online" for places in placements().values() for place in places.values()
    )


def eventually(true: Any, what: str, seconds: float = 60) -> None:
    deadline = Deadline(seconds, CLOCK)
    if not any(true() for _elapsed in deadline.polls(0.25)):
        raise AssertionError(
            f"{what}: not so after {seconds:.0f} s; {placements()}, {[version_of(m) for m in MEMBERS]}"
        )


def make_whole(version: str) -> None:
    """Bring the fleet to a known state before a story: by hand where the members have the release, or with a rollout."""
    if not is_whole(version) and not _made_whole_by_hand(version):
        played = deploy(version, **QUICK)
        assert played.exit_code == 0, played.output
    eventually(lambda: is_whole(version), f"the fleet is whole at {version}")


def _made_whole_by_hand(version: str) -> bool:
    with ThreadPoolExecutor() as threads:
        if not all(threads.map(lambda member: _switched_by_hand(member, version), MEMBERS)):
            return False
    eventually(lambda: all(version_of(member) == version for member in MEMBERS), f"every member runs {version}")
    ways = {"quotes": Action.READY, "quotes_maintenance": Action.MAINT}
    _estate().tell(
        Order(ServerKey(name, pool, member), way)
        for name in BALANCERS
        for pool, way in ways.items()
        for member in MEMBERS
    )
    return True


def _switched_by_hand(member: str, version: str) -> bool:
    script = (
        f"test -e /srv/quotes/releases/{version}/.release.json || exit 1; cd /srv/quotes; rm -f .restart-owed;"
        f' if [ "$(readlink current)" != releases/{version} ] || ! systemctl is-active -q quotes; then'
        f" ln -sfn releases/{version} current; systemctl reset-failed quotes; systemctl restart quotes; fi"
    )
    command = [str(TOP / "tests/lab/lab"), "exec", member, "sh", "-c", script]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def lab(*words: str) -> str:
    done = subprocess.run(
        [str(TOP / "tests/lab/lab"), *words],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def cut_off(host: str) -> Iterator[None]:
    """The host's cable is out, and back in afterwards."""
    lab("net-down", host)
    try:
        yield
    finally:
        lab("net-up", host)


def publish(version: str, archive: Optional[bytes], digest: str) -> None:
    """Put a release into the store as somebody else did: its archive (None: forgotten) and the digest that stands beside it."""
    for name, content in (
        (f"quotes-{version}.tar.gz", archive),
        (f"quotes-{version}.tar.gz.sha256", f"{digest}\n".encode()),
    ):
        path = f"/srv/artifacts/quotes/{name}"
        words = ["sh", "-c", f"rm -f {path}"] if content is None else ["sh", "-c", f"cat > {path} && chmod 644 {path}"]
        subprocess.run([str(TOP / "tests/lab/lab"), "exec", "store", *words], input=content or b"", check=True)


def inside(member: str, script: str) -> str:
    return lab("exec", member, "sh", "-ec", script)
