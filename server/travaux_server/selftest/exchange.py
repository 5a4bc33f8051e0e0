"""Releases that are exchanged while clients ask: no request fails, and no answer mixes two."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from travaux_build.release import Release
from travaux_server.selftest.findings import Findings, percentile
from travaux_server.selftest.processes import census, memory
from travaux_server.selftest.subject import NoAnswer, Reply, Subject
from travaux_server.selftest.twins import VERSION, point_to, twin

CLIENTS = 3
PATIENCE = 20.0
"""Seconds within which a new release is to be served."""
GROWTH = 1.1
"""How much more memory than after the first exchanges the server may have after all."""
SETTLING = 5.0
"""Seconds for the last old release to be let go of."""
WARM = 2
"""Exchanges after which the memory is looked at for the first time, when caches have been filled."""


def exchange(
    subject: Subject, release: Release, releases: Path, count: int, step: Callable[[], None]
) -> Findings:
    """Exchange the release in `releases`, a folder of the test's own, so many times; `step` after each."""
    done = Event()
    outcomes: Counter[str] = Counter()
    times: list[float] = []

    def keep_asking(number: int) -> None:
        while not done.is_set():
            # a comment that differs each time keeps the answer from coming out of a cache
            path = "/sparql?query=" + quote(f"{VERSION} # {number} {len(times)}")
            try:
                reply = subject.ask(path, timeout=10)
            except NoAnswer:
                outcomes["no answer"] += 1
                continue
            times.append(reply.seconds)
            outcomes[_outcome(reply)] += 1
            time.sleep(0.01)

    before = 0
    threads = [Thread(target=keep_asking, args=(number,), daemon=True) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    late = 0
    try:
        for number in range(count):
            folder = twin(release, releases, number)
            point_to(releases, folder)
            late += not _is_served(subject, folder.name)
            if number + 1 == min(WARM, count):
                time.sleep(SETTLING)
                before = _memory(subject)
            old = releases / folder.name.replace(str(9000 + number), str(9000 + number - 2))
            shutil.rmtree(old, ignore_errors=True)
            step()
        time.sleep(SETTLING)
        after = _memory(subject)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    failed = {what: number for what, number in outcomes.items() if what != "well"}
    falls = [f"{number} requests during exchanges: {what}" for what, number in failed.items()]
    if late:
        falls.append(f"{late} releases were not taken up within {PATIENCE:g} s")
    if after > before * GROWTH:
        falls.append(f"memory grew from {before / 2**20:.0f} to {after / 2**20:.0f} MiB")
    return Findings(
        f"{count} exchanges of the release under load",
        (
            ("requests", f"{outcomes.total():,}, {outcomes.total() - outcomes['well']} failed"),
            ("95 in 100 answered within", f"{percentile(times, 0.95) * 1000:.0f} ms"),
            ("memory before and after", f"{before / 2**20:.0f} MiB, {after / 2**20:.0f} MiB"),
        ),
        tuple(falls),
    )


def _outcome(reply: Reply) -> str:
    """`well`, or what is wrong with an answer to `VERSION`; the first release of all states none."""
    if reply.status != 200:
        return f"answered {reply.status}"
    rows = json.loads(reply.body)["results"]["bindings"]
    stated = {row["version"]["value"] for row in rows}
    return "well" if stated <= {reply.headers.get("x-release")} else "mixes two releases"


def _is_served(subject: Subject, version: str) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if json.loads(subject.ask("/health").body)["release"] == version:
                return True
        except NoAnswer:
            pass
        time.sleep(0.05)
    return False


def _memory(subject: Subject) -> int:
    now = census(subject.process.pid)
    return memory(now.pillars | now.workers)
