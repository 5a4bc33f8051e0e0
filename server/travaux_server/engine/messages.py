"""What server, parent and workers say to each other: framed numbers, text and bytes; nothing executable."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass
from typing import Literal

LENGTH = struct.Struct("!Q")
"""Length of what follows, first in every message."""
QUESTION = struct.Struct("!dQQqHI")
"""Seconds, bytes, rows, rows of an excerpt or -1, lengths of the media types and of the graphs; then these
and the query's text."""
ANSWER = struct.Struct("!BddQq")
"""Kind of answer, seconds of evaluation and of writing, bytes grown, number of all rows or -1; then the body,
or what is wrong in JSON."""
ORDER = struct.Struct("!q")
"""From server to parent: with the socket of a new worker 0, without one the worker to end."""
BIRTH = struct.Struct("!q")
"""From parent to server: the new worker's process id, or how the worker ended (`Family.end`)."""
READY = b"\x01"
"""First byte that a worker sends: from now on it answers."""
CHUNK = 256 * 1024
PATIENCE = 50
"""Silences borne within a message that has begun: its sender has all of it and only needs the processor."""

Kind = Literal["solutions", "boolean", "graph"]
Fault = Literal["malformed", "refused", "costly", "unrepresentable"]
KINDS: tuple[Kind, ...] = ("solutions", "boolean", "graph")
FAULT = 255
"""Stands for the kind of an answer where there is none."""


@dataclass(frozen=True)
class Source:
    """Where a parent finds its data: the N-Quads to hold in memory, or else the database to open.

    The graphs are `disjoint` when no triple is in two of them.
    """

    dump: str
    store: str
    in_memory: bool
    base: str
    prefixes: dict[str, str]
    disjoint: bool
    worker_memory: int


@dataclass(frozen=True)
class Request:
    """One query for a worker, with the bytes and rows that its answer may have.

    With `excerpt` given, a SELECT is answered with so many first rows in JSON, and the number of all.
    """

    text: str
    solutions: str
    graph: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    answer_bytes: int
    answer_rows: int
    excerpt: int | None


@dataclass(frozen=True)
class Reply:
    """A worker's reply. `seconds` of evaluation, `serialized` of writing; `grown`: its peak growth in bytes.

    The bytes are the answer's, unless there is a fault.
    """

    kind: Kind = "solutions"
    fault: Fault | None = None
    message: str = ""
    hint: str = ""
    line: int = 0
    column: int = 0
    seconds: float = 0.0
    serialized: float = 0.0
    grown: int = 0
    total: int | None = None


def send_source(connection: socket.socket, source: Source) -> None:
    _send(connection, json.dumps(vars(source)).encode("ascii"))


def receive_source(connection: socket.socket) -> Source:
    return Source(**json.loads(receive_message(connection)))


def send_request(connection: socket.socket, request: Request, seconds: float) -> None:
    """Send a request, and the seconds that are left for it."""
    connection.sendall(request_message(request, seconds))


def request_message(request: Request, seconds: float) -> bytes:
    """A request, and the seconds that are left for it, with the length before."""
    types = f"{request.solutions}\n{request.graph}".encode("ascii")
    graphs = b""
    if request.default_graphs is not None or request.named_graphs is not None:
        graphs = json.dumps([request.default_graphs, request.named_graphs]).encode("ascii")
    excerpt = -1 if request.excerpt is None else request.excerpt
    head = QUESTION.pack(seconds, request.answer_bytes, request.answer_rows, excerpt, len(types), len(graphs))
    text = request.text.encode("utf-8", "surrogatepass")
    length = len(head) + len(types) + len(graphs) + len(text)
    return b"".join((LENGTH.pack(length), head, types, graphs, text))


def receive_request(connection: socket.socket) -> tuple[Request, float]:
    """The next request and its seconds. Raises `EOFError` when the server is gone."""
    message = receive_message(connection)
    seconds, answer_bytes, answer_rows, excerpt, types, graphs = QUESTION.unpack_from(message)
    start = QUESTION.size + types
    solutions, _, graph = message[QUESTION.size : start].decode("ascii").partition("\n")
    default, named = json.loads(message[start : start + graphs]) if graphs else (None, None)
    request = Request(
        message[start + graphs :].decode("utf-8", "surrogatepass"),
        solutions,
        graph,
        None if default is None else tuple(default),
        None if named is None else tuple(named),
        answer_bytes,
        answer_rows,
        None if excerpt < 0 else excerpt,
    )
    return request, seconds


def send_reply(connection: socket.socket, reply: Reply, body: bytes, grown: int) -> None:
    """Send a reply and its bytes, and how much the worker has grown."""
    if reply.fault:
        fields = [reply.fault, reply.message, reply.hint, reply.line, reply.column]
        body = json.dumps(fields).encode("ascii")
    kind = FAULT if reply.fault else KINDS.index(reply.kind)
    total = -1 if reply.total is None else reply.total
    _send(connection, ANSWER.pack(kind, reply.seconds, reply.serialized, grown, total), body)


def receive_message(connection: socket.socket) -> bytes:
    """One message, less its length. Raises `EOFError` when the other side is gone.

    Raises `TimeoutError` when its first byte does not come in the connection's time. The other side sends the
    next only when it has a reply, so nothing is read too far.
    """
    start = connection.recv(CHUNK)
    if len(start) < LENGTH.size:
        if not start:
            raise EOFError
        start += receive_exactly(connection, LENGTH.size - len(start), PATIENCE)
    (length,) = LENGTH.unpack_from(start)
    missing = length + LENGTH.size - len(start)
    if missing <= 0:
        return start[LENGTH.size :]
    return start[LENGTH.size :] + receive_exactly(connection, missing, PATIENCE)


def reply_in(message: bytes) -> tuple[Reply, bytes]:
    """The reply that a message is, and the bytes of the answer."""
    kind, seconds, serialized, grown, total = ANSWER.unpack_from(message)
    body = message[ANSWER.size :]
    if kind == FAULT:
        fault, text, hint, line, column = json.loads(body)
        return Reply("solutions", fault, text, hint, line, column, seconds, serialized, grown), b""
    return Reply(
        kind=KINDS[kind],
        seconds=seconds,
        serialized=serialized,
        grown=grown,
        total=None if total < 0 else total,
    ), body


def receive_exactly(connection: socket.socket, length: int, patience: int = 0) -> bytes:
    """Exactly `length` bytes, after as many silences of the connection's time as there is `patience`.

    Raises `EOFError` when the other side closes, `TimeoutError` when it stays silent.
    """
    parts = []
    while length > 0:
        try:
            part = connection.recv(min(length, CHUNK))
        except TimeoutError:
            if not patience:
                raise
            patience -= 1
            continue
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _send(connection: socket.socket, head: bytes, body: bytes = b"") -> None:
    start = LENGTH.pack(len(head) + len(body)) + head
    if len(body) < CHUNK:
        connection.sendall(start + body)
    else:
        connection.sendall(start)
        connection.sendall(body)
