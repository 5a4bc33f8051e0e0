"""Many bad clients beside one of good will: heavy queries, and connections that never say what they want."""

from __future__ import annotations

import resource
import socket
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle
from threading import Event, Thread

from travaux_server.selftest.findings import Findings, percentile
from travaux_server.selftest.subject import HOST, NoAnswer, Subject

HEAVY = (
    b"SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o}",
    b"SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i} ORDER BY ?c ?f ?i LIMIT 1",
    b"SELECT (COUNT(*) AS ?n) {?s (<urn:p>|!<urn:p>|^!<urn:p>)* ?o . ?o (<urn:p>|!<urn:p>)* ?x}",
    b"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}",
)
ANSWERED = frozenset({200, 400, 413, 429, 503})
"""Statuses that a client who asks too much may get."""
P95 = 0.25
"""Seconds within which 95 in 100 normal queries are answered while others attack."""
HALF_OPEN = (
    b"GET /sparql HTTP/1.1\r\nHost: x\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 9\r\n\r\nA",
    b"",
)
"""Beginnings of requests that never go on: in the headers, in the body, and before the first byte."""


def attackers(subject: Subject, count: int, seconds: float, deadline: float) -> Findings:
    """So many clients that ask heavy queries all the time, and one that asks normal ones."""
    done = Event()
    statuses: Counter[int] = Counter()

    def keep_attacking(queries: Sequence[bytes]) -> None:
        for query in cycle(queries):
            if done.is_set():
                return
            try:
                status = subject.query(query, timeout=deadline + 10).status
            except NoAnswer:
                status = 0
            statuses[status] += 1
            if status in (429, 503):
                done.wait(0.05)

    threads = [
        Thread(target=keep_attacking, args=((HEAVY * 2)[number % 4 : number % 4 + 4],), daemon=True)
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    times, failures = _ask_normally(subject, seconds)
    done.set()
    for thread in threads:
        thread.join()
    p95 = percentile(times, 0.95)
    falls = [f"{failures} normal queries failed beside {count} attackers"] if failures else []
    if p95 > P95:
        falls.append(f"95 in 100 normal queries took up to {p95 * 1000:.0f} ms beside {count} attackers")
    strange = {status: number for status, number in statuses.items() if status not in ANSWERED}
    if strange:
        falls.append(f"attackers were answered otherwise than by a refusal: {strange}")
    answers = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
    return Findings(
        f"{count} attackers for {seconds:g} s",
        (
            ("answers to attackers", answers),
            ("normal queries", f"{len(times):,}, {failures} failed"),
            ("normal, p50 / p95 / worst", _spread(times)),
        ),
        tuple(falls),
    )


def half_open(subject: Subject, count: int, seconds: float = 5.0) -> Findings:
    """So many connections that never finish a request, and normal queries beside them for so long."""
    _allow_files(count + 200)
    falls: list[str] = []
    with ExitStack() as connections:
        refused = 0
        for number in range(count):
            try:
                connection = socket.create_connection((HOST, subject.port), timeout=5)
                connections.enter_context(connection)
                connection.sendall(HALF_OPEN[number % len(HALF_OPEN)])
            except OSError:
                refused += 1
        times, failures = _ask_normally(subject, seconds)
    if failures or max(times) > 1:
        falls.append(f"beside {count} half-open connections {failures} failed, worst {max(times):.2f} s")
    return Findings(
        f"{count:,} half-open connections",
        (
            ("connections not let in", str(refused)),
            ("normal queries", f"{len(times):,}, {failures} failed"),
            ("normal, p50 / p95 / worst", _spread(times)),
        ),
        tuple(falls),
    )


def _ask_normally(subject: Subject, seconds: float) -> tuple[list[float], int]:
    """Seconds of each normal query, one every twentieth of a second, and how many failed."""
    times: list[float] = []
    failures = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        try:
            failures += subject.ask_normally().status != 200
        except NoAnswer:
            failures += 1
        times.append(time.monotonic() - begun)
        time.sleep(0.05)
    return times, failures


def _spread(times: list[float]) -> str:
    figures = (percentile(times, 0.5), percentile(times, 0.95), max(times, default=0.0))
    return " / ".join(f"{seconds * 1000:.0f} ms" for seconds in figures)


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
