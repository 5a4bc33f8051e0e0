"""The server under test: started as a process of its own on a free loopback port, asked over HTTP, ended."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from travaux_build.errors import TravauxError

PROGRAM = "from travaux_server.commands.serve import serve; serve()"
HOST = "127.0.0.1"
START_SECONDS = 60.0
NORMAL = "/sparql?query=" + quote("SELECT * { ?subject ?property ?value } LIMIT 10 #")
"""A query as clients of good will ask it; a number at its end keeps its answer from coming out of a cache."""
NUMBERS = count()
QUERY = {"Content-Type": "application/sparql-query"}


class NoAnswer(TravauxError):
    """Raised when a request was not answered, or not to its end."""


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP, with the seconds from the first byte sent to the last received."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Subject:
    """A running server: its process, port and the file of its standard error."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Reply:
        """Send a request on a connection of its own. Raises `NoAnswer`."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            received = answer.read()
        except (OSError, http.client.HTTPException) as error:
            elapsed = time.monotonic() - begun
            raise NoAnswer(f"no answer after {elapsed:.2f} s: {type(error).__name__} {error}") from error
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, received, time.monotonic() - begun)

    def query(self, body: bytes, timeout: float = 30.0) -> Reply:
        """POST a query. Raises `NoAnswer`."""
        return self.ask("/sparql", "POST", body, QUERY, timeout)

    def send(self, request: bytes, seconds: float = 1.0) -> bytes:
        """What comes back for these bytes until the server closes, or is silent for so many seconds."""
        with socket.create_connection((HOST, self.port), timeout=seconds) as connection:
            received = b""
            with suppress(TimeoutError, ConnectionError):
                connection.sendall(request)
                while part := connection.recv(65536):
                    received += part
            return received

    def ask_normally(self, timeout: float = 10.0) -> Reply:
        """Ask a normal query that nobody has asked before. Raises `NoAnswer`."""
        return self.ask(f"{NORMAL}{next(NUMBERS)}", timeout=timeout)

    def is_well(self) -> bool:
        """Whether a normal query is answered at all."""
        with suppress(NoAnswer):
            return self.ask_normally(2.0).status == 200
        return False


@contextmanager
def running(releases: Path, folder: Path, *options: str) -> Iterator[Subject]:
    """A server of the current release in `releases`, with options of `travaux serve`; its log in `folder`.

    It ends with the thread that enters this context, at the latest. Raises `TravauxError` when it does not
    answer within a minute.
    """
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / f"server-{port}.log"
    place = ["--releases", str(releases), "--port", str(port), "--ends-with", str(os.getpid())]
    command = [sys.executable, "-c", PROGRAM, *place, *options]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program, a folder and numbers
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "PYTHONPATH": path},
        )
    subject = Subject(process, port, log)
    try:
        _wait(subject)
        yield subject
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(subject: Subject) -> None:
    end = time.monotonic() + START_SECONDS
    while not subject.is_well():
        if subject.process.poll() is not None or time.monotonic() > end:
            said = subject.log.read_text("utf-8", "replace")[-500:]
            raise TravauxError(f"the server to be tested does not answer: {said}")
        time.sleep(0.05)
