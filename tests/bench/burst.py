"""A burst: so many clients ask one server the same, each again as soon as it is answered, for a while."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .places import PACKAGE

SCRIPT = Path(__file__).with_name("wrk.lua")
PATIENCE = 15
"""Seconds that a load generator gets to end."""
SPARE = 5
AGAIN = 0.5
ATTEMPTS = 3
_salts = itertools.count()


@dataclass(frozen=True)
class Target:
    """What to ask for: where, in which media type, and whether each request shall differ from all others.

    Requests differ in a comment at the end of the query: no answer can come from a cache. `range` asks for a
    part of a file (RFC 9110, section 14.2), which only `wrk` can do.
    """

    port: int
    path: str
    accept: str
    is_distinct: bool = False
    range: str = ""


@dataclass(frozen=True)
class Burst:
    """What a burst brought: good answers and others, seconds that it lasted, seconds that an answer took.

    `bytes` are all that came, heads and unfinished answers too, if the load generator counts them.
    """

    answers: int
    failures: int
    seconds: float
    median: float
    p99: float
    bytes: int = 0

    @property
    def rate(self) -> float:
        """Good answers in a second."""
        return self.answers / self.seconds if self.seconds else 0.0


def load_generator() -> str:
    """The program that asks: `wrk` if it is installed, else our own."""
    return "wrk" if shutil.which("wrk") else "own"


def burst(target: Target, clients: int, seconds: float) -> Burst:
    """Let `clients` ask for about `seconds`, from a process of their own."""
    for _ in range(ATTEMPTS):
        printed = _run(_command(target, clients, seconds), seconds)
        if printed:
            return Burst(**json.loads(printed.splitlines()[-1]))
    return Burst(0, clients, seconds, 0.0, 0.0)


def _command(target: Target, clients: int, seconds: float) -> list[str]:
    mode = "distinct" if target.is_distinct else "same"
    asked = [target.path, target.accept, mode, f"{os.getpid()}-{next(_salts)}-"]
    if load_generator() == "own":
        return [sys.executable, "-m", f"{PACKAGE}.client", str(target.port), str(clients), *asked]
    limits = ["-t1", f"-c{clients}", f"-d{int(seconds) + SPARE}s", f"--timeout={PATIENCE}s"]
    limits += ["-H", f"Range: {target.range}"] if target.range else []
    return ["wrk", *limits, "-s", str(SCRIPT), f"http://127.0.0.1:{target.port}/", "--", *asked]


def _run(command: Sequence[str], seconds: float) -> str:
    """What a load generator prints when it is interrupted after so long; nothing if it does not get that far.

    On a busy machine it may not be ready yet for the first signal, hence several.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    end = time.monotonic() + seconds + PATIENCE
    wait = seconds
    try:
        while time.monotonic() < end:
            try:
                printed, _ = process.communicate(timeout=wait)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                wait = AGAIN
            else:
                return printed if process.returncode == 0 else ""
        return ""
    finally:
        process.kill()
        process.communicate()
