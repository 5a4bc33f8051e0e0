"""pyoxigraph in process: what is left when nothing stands between the query and the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import IO

from ..burst import Burst
from ..dataset import Dataset
from ..places import PACKAGE
from ..process import family, proportional_set_size
from ..queries import Query
from .peer import FIRST, Peer, Unavailable


class Ceiling(Peer):
    """A process with a store in memory that asks itself; copies of it, one for each core, are clients."""

    name = "pyoxigraph"
    title = "pyoxigraph in process, the ceiling"

    def __init__(self) -> None:
        self._file = Path()
        self._process: subprocess.Popen[str] | None = None

    def version(self) -> str:
        return version("pyoxigraph")

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        self._file = dataset.file

    def start(self) -> float:
        started = time.perf_counter()
        command = [sys.executable, "-m", f"{PACKAGE}.engine", str(self._file)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask(FIRST)
        return time.perf_counter() - started

    def stop(self) -> None:
        if self._process:
            _pipe(self._process.stdin).close()
            self._process.wait()
            _pipe(self._process.stdout).close()
            self._process = None

    def ask(self, query: Query) -> bytes:
        return self._order(query, 0, 0.0).encode()

    def burst(self, query: Query, clients: int, seconds: float) -> Burst:
        return Burst(**json.loads(self._order(query, min(clients, os.cpu_count() or 1), seconds)))

    def memory(self) -> int:
        return sum(map(proportional_set_size, family(self._process.pid))) if self._process else 0

    def _order(self, query: Query, processes: int, seconds: float) -> str:
        """What the process replies: the answer itself, or with any `processes`, the burst as JSON."""
        if self._process is None:
            raise Unavailable("not started")
        order = json.dumps([query.text, query.accept, processes, seconds])
        _pipe(self._process.stdin).write(order + "\n")
        _pipe(self._process.stdin).flush()
        reply = _pipe(self._process.stdout).readline()
        if not reply:
            raise Unavailable("the process has ended")
        text: str = json.loads(reply)
        return text


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # it was asked for
    return stream
