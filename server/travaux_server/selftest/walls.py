"""Hostile requests, one after the other, and what each must leave standing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

from travaux_server.selftest.family import Case
from travaux_server.selftest.findings import Findings
from travaux_server.selftest.processes import census, is_running, memory
from travaux_server.selftest.subject import NoAnswer, Reply, Subject
from travaux_server.selftest.trap import Trap

STATUSES = frozenset({200, 400, 413, 503})
MARGIN = 0.5
"""Seconds past the deadline within which every request is answered."""
PATIENCE = 1.0
"""Seconds within which the normal query after each attack is answered."""
LONGEST_ERROR = 2_000
SECRETS = (b"Traceback", b'File "', b"/travaux_server/", b"site-packages")
INTERVAL = 0.2
"""Seconds between two looks at the memory."""
SHOWN = 10
"""Falls that are told of one kind at most."""


class Gauge:
    """Looks at the memory of a server and all its processes every moment, and keeps the most it saw."""

    def __init__(self, subject: Subject) -> None:
        self._server = subject.process.pid
        self._done = Event()
        self._thread = Thread(target=self._look, name="gauge", daemon=True)
        self.peak = 0

    def __enter__(self) -> Gauge:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(INTERVAL):
            now = census(self._server)
            self.peak = max(self.peak, memory(now.pillars | now.workers))


@dataclass
class Tally:
    """What has been seen so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    worst: tuple[float, str] = (0.0, "")
    worst_after: float = 0.0
    deaths: int = 0
    falls: list[str] = field(default_factory=list)

    def fall(self, case: Case, what: str) -> None:
        if len(self.falls) < SHOWN:
            start = case.body[:80].decode("utf-8", "backslashreplace")
            self.falls.append(f"{case.family} {case.size}: {what} — {start!r}")


def attack(
    subject: Subject, cases: Sequence[Case], trap: Trap, deadline: float, title: str, step: Callable[[], None]
) -> Findings:
    """Send each case, then a normal query; `step` is called after each pair."""
    tally = Tally()
    standing = census(subject.process.pid).pillars
    with Gauge(subject) as gauge:
        for case in cases:
            _send(subject, case, deadline, tally)
            _ask_after(subject, case, tally)
            connections = trap.count()
            ended = [process for process in standing if not is_running(process)]
            if ended:
                tally.deaths += len(ended)
                tally.fall(case, f"{len(ended)} of the server's processes ended")
                standing = census(subject.process.pid).pillars
            if connections:
                tally.fall(case, "the server connected to the listener")
                break
            step()
    if census(subject.process.pid).pillars != standing:
        tally.falls.append("the server's processes are not those of the beginning")
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(tally.statuses.items()))
    return Findings(
        title,
        (
            ("queries tried", f"{sum(tally.statuses.values()):,}"),
            ("answers", answers),
            ("worst answer time", f"{tally.worst[0]:.2f} s ({tally.worst[1]}; deadline {deadline:g} s)"),
            ("worst normal query after", f"{tally.worst_after * 1000:.0f} ms"),
            ("deaths of server or parent", str(tally.deaths)),
            ("connections out", str(trap.count())),
            ("peak memory", f"{gauge.peak / 2**20:.0f} MiB"),
        ),
        tuple(tally.falls),
    )


def _send(subject: Subject, case: Case, deadline: float, tally: Tally) -> None:
    begun = time.monotonic()
    try:
        reply = subject.query(case.body, timeout=deadline + 10)
    except NoAnswer as error:
        tally.statuses[0] += 1
        tally.fall(case, str(error))
        return
    finally:
        tally.worst = max(tally.worst, (time.monotonic() - begun, f"{case.family} {case.size}"))
    tally.statuses[reply.status] += 1
    if reply.seconds > deadline + MARGIN:
        tally.fall(case, f"answered after {reply.seconds:.2f} s")
    fault = fault_of(reply)
    if fault:
        tally.fall(case, fault)


def fault_of(reply: Reply) -> str:
    """What is wrong with an answer to a hostile query; empty when nothing is."""
    if reply.status not in STATUSES:
        return f"answered {reply.status}"
    if reply.status == 200:
        is_json = reply.headers.get("content-type", "") == "application/sparql-results+json"
        return "an answer in JSON that is cut" if is_json and not reply.body.rstrip().endswith(b"}") else ""
    if len(reply.body) > LONGEST_ERROR:
        return f"an error of {len(reply.body):,} bytes"
    return next((f"an error that tells {secret!r}" for secret in SECRETS if secret in reply.body), "")


def _ask_after(subject: Subject, case: Case, tally: Tally) -> None:
    try:
        reply = subject.ask_normally(5.0)
    except NoAnswer as error:
        tally.fall(case, f"the next normal query had {error}")
        return
    tally.worst_after = max(tally.worst_after, reply.seconds)
    if reply.status != 200 or reply.seconds > PATIENCE:
        tally.fall(case, f"the next normal query had {reply.status} after {reply.seconds:.2f} s")
