"""A listener on loopback that hostile queries point at, and that nobody must connect to."""

from __future__ import annotations

import socket
from types import TracebackType


class Trap:
    """Counts the connections made to it; it never answers, as the worst of targets."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self._listener.setblocking(False)
        self._connections: list[socket.socket] = []

    def __enter__(self) -> Trap:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (*self._connections, self._listener):
            connection.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def count(self) -> int:
        """How many connections there have been until now."""
        while True:
            try:
                self._connections.append(self._listener.accept()[0])
            except BlockingIOError:
                return len(self._connections)
