"""Our own load generator, for machines without wrk: one thread, one connection for each client."""

from __future__ import annotations

import json
import math
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from .burst import Burst

LENGTH = b"content-length:"
END = b"\r\n\r\n"


@dataclass
class Connection:
    """A client's connection, and what it has received of the answer that it waits for."""

    stream: socket.socket
    started: float = 0.0
    received: bytearray = field(default_factory=bytearray)


@dataclass
class Client:
    """Asks over many connections until told to stop."""

    port: int
    requests: Iterator[bytes]
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    def run(self, clients: int, goes_on: Callable[[], bool]) -> Burst:
        """The burst, as long as `goes_on` says so."""
        started = time.perf_counter()
        for _ in range(clients):
            self._connect()
        while goes_on():
            for key, _ in self.selector.select(0.05):
                self._receive(key.data)
        seconds = time.perf_counter() - started
        ordered = sorted(self.latencies) or [0.0]
        p99 = ordered[min(math.ceil(len(ordered) * 0.99), len(ordered)) - 1]
        return Burst(len(self.latencies), self.failures, seconds, ordered[len(ordered) // 2], p99)

    def _connect(self) -> None:
        stream = socket.create_connection(("127.0.0.1", self.port))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(stream)
        self.selector.register(stream, selectors.EVENT_READ, connection)
        self._ask(connection)

    def _ask(self, connection: Connection) -> None:
        connection.received.clear()
        connection.started = time.perf_counter()
        connection.stream.sendall(next(self.requests))

    def _receive(self, connection: Connection) -> None:
        try:
            part = connection.stream.recv(1 << 18)
        except OSError:
            part = b""
        connection.received += part
        complete = is_complete(connection.received)
        if complete or not part:
            self._count(connection)
        if not part:
            self.selector.unregister(connection.stream)
            connection.stream.close()
            self._connect()
        elif complete:
            self._ask(connection)

    def _count(self, connection: Connection) -> None:
        if connection.received.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            self.latencies.append(time.perf_counter() - connection.started)
        else:
            self.failures += 1


def is_complete(received: bytearray) -> bool:
    """Whether this is a whole answer: as long as it says, or with the last of its chunks."""
    end = received.find(END)
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    at = head.find(LENGTH)
    if at >= 0:
        length = int(head[at + len(LENGTH) :].partition(b"\r\n")[0])
        return len(received) - end - len(END) >= length
    return b"transfer-encoding: chunked" in head and received.endswith(b"0\r\n\r\n")


def requests_for(path: str, accept: str, is_distinct: bool, salt: str) -> Iterator[bytes]:
    """Requests without end, all the same or each with another comment."""
    head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n"
    count = 0
    while True:
        count += 1
        mark = f"%0A%23{salt}{count}" if is_distinct else ""
        yield f"GET {path}{mark}{head}".encode("ascii")


def main(port: str, clients: str, path: str, accept: str, mode: str, salt: str) -> None:
    """Ask until SIGINT, then print the burst as JSON."""
    stopped: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    client = Client(int(port), requests_for(path, accept, mode == "distinct", salt))
    result = client.run(int(clients), lambda: not stopped)
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
