"""What server, parent and workers say to each other: JSON, framed, and bytes; nothing executable."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass
from typing import Any, Literal

HEAD = struct.Struct("!IQ")
"""Lengths of the JSON and of the bytes that follow it."""
ORDER = struct.Struct("!q")
"""From server to parent, with the socket for a new worker: the worker that this one replaces, or 0."""
BIRTH = struct.Struct("!qq")
"""From parent to server: the new worker's process id, and how the replaced one ended (`Family.fork`)."""
READY = b"\x01"
"""First byte that a worker sends: from now on it answers."""
CHUNK = 256 * 1024

Kind = Literal["solutions", "boolean", "graph"]
Fault = Literal["malformed", "refused", "costly", "unrepresentable"]


@dataclass(frozen=True)
class Source:
    """Where a parent finds its data: the N-Quads to hold in memory, or else the database to open."""

    dump: str
    store: str
    in_memory: bool
    base: str
    prefixes: dict[str, str]
    worker_memory: int


@dataclass(frozen=True)
class Request:
    """One query for a worker, with the seconds and the bytes of answer that it may take.

    With `rows` given, a SELECT is answered with its first rows in JSON, and the number of all.
    """

    text: str
    solutions: str
    graph: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    seconds: float
    answer_bytes: int
    rows: int | None


@dataclass(frozen=True)
class Reply:
    """A worker's reply; if without fault, the answer's bytes follow. `grown`: its peak growth in bytes."""

    kind: Kind = "solutions"
    media_type: str = ""
    fault: Fault | None = None
    message: str = ""
    hint: str = ""
    line: int = 0
    column: int = 0
    seconds: float = 0.0
    grown: int = 0
    total: int | None = None


def send(connection: socket.socket, message: Source | Request | Reply, body: bytes = b"") -> None:
    head = json.dumps(vars(message)).encode("ascii")
    head = HEAD.pack(len(head), len(body)) + head
    if len(body) < CHUNK:
        connection.sendall(head + body)
    else:
        connection.sendall(head)
        connection.sendall(body)


def receive_source(connection: socket.socket) -> Source:
    fields, _ = _receive(connection)
    return Source(**fields)


def receive_request(connection: socket.socket) -> Request:
    """The next request. Raises `EOFError` when the server is gone."""
    fields, _ = _receive(connection)
    for name in ("default_graphs", "named_graphs"):
        fields[name] = None if fields[name] is None else tuple(fields[name])
    return Request(**fields)


def receive_reply(connection: socket.socket) -> tuple[Reply, bytes]:
    """The reply and its bytes. Raises `EOFError` when the worker is gone."""
    fields, body = _receive(connection)
    return Reply(**fields), body


def receive_exactly(connection: socket.socket, length: int, received: bytes = b"") -> bytes:
    """Exactly `length` bytes, with those `received` before. Raises `EOFError` when the other side closes."""
    parts = [received]
    length -= len(received)
    while length > 0:
        part = connection.recv(min(length, CHUNK))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts) if len(parts) > 1 else received


def _receive(connection: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One message; the other side sends the next only when it has a reply, so nothing is read too far."""
    start = connection.recv(CHUNK)
    if not start:
        raise EOFError
    start = receive_exactly(connection, max(HEAD.size, len(start)), start)
    head_length, body_length = HEAD.unpack_from(start)
    message = receive_exactly(connection, HEAD.size + head_length + body_length, start)
    body_start = HEAD.size + head_length
    return json.loads(message[HEAD.size : body_start]), message[body_start:]
