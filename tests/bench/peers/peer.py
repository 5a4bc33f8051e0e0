"""What takes part in the benchmark: something that can be started, asked, measured and stopped."""

from __future__ import annotations

import http.client
import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from ..burst import Burst, Target, burst
from ..dataset import Dataset
from ..process import Process
from ..queries import Query

FIRST = Query("first", "ASK {}")
START_SECONDS = 120
ASK_SECONDS = 60
POLL_SECONDS = 0.003
SETTLE_SECONDS = 10


class Unavailable(Exception):
    """A peer is not installed, does not start, or does not answer; the message says why."""


class Peer(ABC):
    """One of those compared. Life: `prepare`, then any number of `start` … `stop`."""

    name: str
    title: str
    """What it is, in a few words."""

    @abstractmethod
    def version(self) -> str:
        """What is installed. Raises `Unavailable`, which says what to do, if nothing is."""

    @abstractmethod
    def prepare(self, dataset: Dataset, folder: Path) -> None:
        """Load the data if that is done before the start; `folder` is the peer's own."""

    @abstractmethod
    def start(self) -> float:
        """Start, and return the seconds until the first answer. Raises `Unavailable`."""

    @abstractmethod
    def stop(self) -> None:
        """End what `start` started, if anything."""

    @abstractmethod
    def ask(self, query: Query) -> bytes:
        """The answer to a query. Raises `Unavailable` if there is none."""

    @abstractmethod
    def burst(self, query: Query, clients: int, seconds: float) -> Burst:
        """Many clients ask the same for a while."""

    @abstractmethod
    def memory(self) -> int:
        """Proportional set size of all processes, in bytes."""


class HttpPeer(Peer):
    """A SPARQL endpoint on the loopback interface."""

    path = "/sparql"
    parameters = ""
    """What stands before `query=` in the address, with its ampersand."""
    is_distinct = False
    """Whether each request of a burst differs from all others (see `Target`)."""

    def __init__(self) -> None:
        self.port = 0
        self.folder = Path()
        self.dataset: Dataset | None = None
        self._process: Process | None = None

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The command that serves the prepared data on `self.port`."""

    def environment(self) -> Mapping[str, str]:
        """Variables that the command needs."""
        return {}

    def fill(self) -> None:
        """Load the data into the running server, if that is done after the start."""

    def prepare(self, dataset: Dataset, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.dataset, self.folder = dataset, folder.resolve()
        self.log.unlink(missing_ok=True)

    def start(self) -> float:
        self.port = free_port()
        started = time.perf_counter()
        self.launch(self.command())
        self.await_answer()
        self.fill()
        return time.perf_counter() - started

    def launch(self, command: Sequence[str]) -> None:
        """Run a command as the server."""
        self._process = Process(command, self.log, self.folder, self.environment())

    def await_answer(self) -> None:
        """Return when the server answers. Raises `Unavailable`."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process and self._process.is_running:
            with suppress(Unavailable):
                self.ask(FIRST)
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        raise Unavailable(f"does not start; see {self.log}")

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    def stop(self) -> None:
        if self._process:
            self._process.stop()
            self._process = None

    def ask(self, query: Query) -> bytes:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_SECONDS)) as connection:
            try:
                connection.request("GET", self.target(query).path, headers={"Accept": query.accept})
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise Unavailable(f"no answer: {error}") from error
        if answer.status != 200:
            raise Unavailable(f"status {answer.status}: {body[:200].decode('utf-8', 'replace')}")
        return body

    def burst(self, query: Query, clients: int, seconds: float) -> Burst:
        result = burst(self.target(query), clients, seconds)
        if self._process:
            self._process.settle(SETTLE_SECONDS)
        return result

    def target(self, query: Query) -> Target:
        return Target(
            self.port,
            f"{self.path}?{self.parameters}query={quote(query.text, safe='')}",
            query.accept,
            self.is_distinct,
        )

    def memory(self) -> int:
        return self._process.memory() if self._process else 0


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def program(path: Path) -> str:
    """The path of an installed program. Raises `Unavailable` if there is none."""
    if not os.access(path, os.X_OK):
        raise Unavailable("not installed; install it with: make bench-peers")
    return str(path)
