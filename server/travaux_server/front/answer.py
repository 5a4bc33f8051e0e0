"""An answer on its way out: status, headers and body, and the bytes of its head."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from travaux_server.front.stretch import Stretch

PIECE = 256 * 1024
"""Bytes handed to the network at a time."""
SHORT = 64 * 1024
"""Bytes of a file that are read at once; of longer ones, the kernel sends as many as the client takes."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SERVER = b"Server: Travaux\r\n"
CLOSE = b"Connection: close\r\n"
KEEP = b"Connection: keep-alive\r\n"
LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
TITLES = {431: "Request Header Fields Too Large", 413: "Content Too Large"}


def _nothing() -> None:
    """What there is to do at the end of most answers."""


@dataclass
class Answer:
    """An answer whose `body` is whole, or else comes in `pieces` that add up to its Content-Length.

    The pieces of a `stretch` are those that the kernel has not sent. Headers that many answers have alike may
    stand in `lines` too, as `lines_of` makes them, once for all: these are then the first of `headers`, and
    `ready` is how many. `close` is to be called once, when the answer is sent or given up.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    close: Callable[[], None] = _nothing
    stretch: Stretch | None = None
    lines: bytes = b""
    ready: int = 0

    @property
    def head(self) -> bytes:
        """Status line and header lines, each with its end."""
        if not self.ready:
            return head_of(self.status, self.headers)
        return _line(self.status) + self.lines + lines_of(self.headers[self.ready :])

    def header(self, name: str) -> str:
        """The value of a header named in small letters; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def answer_with(stretch: Stretch | None, status: int, headers: list[tuple[str, str]]) -> Answer:
    """An answer with bytes of a file, or with none: a short one has them as its body."""
    if stretch is None:
        return Answer(status, headers)
    if stretch.length <= SHORT:
        body = b"".join(stretch)
        stretch.close()
        return Answer(status, headers, body)
    return Answer(status, headers, pieces=iter(stretch), close=stretch.close, stretch=stretch)


def head_of(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Status line and header lines, each with its end."""
    return _line(status) + lines_of(headers)


def lines_of(headers: Iterable[tuple[str, str]]) -> bytes:
    """Header lines, each with its end; what could pass for another line is taken out."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers if value.isprintable()])
    return lines.encode("latin-1", "replace")


def _line(status: int) -> bytes:
    return LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


def refusal(status: int, detail: str, headers: Iterable[tuple[str, str]], retry_after: int = 0) -> Answer:
    """An answer of the front's own: problem details (RFC 9457)."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    problem = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    body = json.dumps(problem).encode() + b"\n"
    own = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"), *headers]
    if retry_after:
        own.append(("Retry-After", str(retry_after)))
    return Answer(status, [*own, ("Content-Length", str(len(body)))], body)


def cut(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are not long."""
    for part in parts:
        if len(part) <= PIECE:
            yield part
        else:
            view = memoryview(part)
            for start in range(0, len(part), PIECE):
                yield bytes(view[start : start + PIECE])
