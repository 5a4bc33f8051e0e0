"""Files through the front: sent by the kernel, whole and in order, without holding them for slow clients."""

from __future__ import annotations

import os
import random
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from travaux_server.front import Hosted, Limits, Listener, Place, Stretch

SIZE = 8_000_000
TEXT = random.Random(4).randbytes(SIZE)
REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
READERS = 60


class Files:
    """An application that sends a file: from the beginning to the byte that the path names, if it says so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.handles: list[int] = []

    def __call__(self, environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environment["PATH_INFO"][1:])
        start_response("200 OK", [("Content-Length", str(length))])
        self.handles.append(os.open(self._path, os.O_RDONLY))
        return Stretch(self.handles[-1], 0, length)


@contextmanager
def serving(application: Files, limits: Limits) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    listener = Listener(Hosted(application), Place("127.0.0.1", port), limits, quiet=True)
    thread = Thread(target=listener.serve)
    thread.start()
    try:
        yield port
    finally:
        listener.stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("files") / "large"
    found.write_bytes(TEXT)
    return found


@pytest.fixture
def application(path: Path) -> Files:
    return Files(path)


def connect(port: int, buffer: int = 0) -> socket.socket:
    """A connection; one with a small buffer takes little ahead of its reader."""
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    return connection


def receive(connection: socket.socket, length: int, at_once: int, pause: float = 0.0) -> bytes:
    """The body of an answer, read in pieces."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1)
    body = bytearray()
    while len(body) < length:
        piece = connection.recv(min(at_once, length - len(body)))
        assert piece, f"cut off after {len(body)} bytes"
        body += piece
        time.sleep(pause)
    return bytes(body)


def are_closed(handles: list[int]) -> bool:
    return all(not os.path.exists(f"/proc/self/fd/{handle}") for handle in handles)  # noqa: PTH110


def test_files_of_all_lengths_arrive_in_order(application: Files) -> None:
    """Requests sent ahead are answered one after the other, small files and large, byte for byte."""
    lengths = [0, 1, 65_536, 65_537, SIZE, 3, SIZE - 1, 100_000]
    with serving(application, Limits()) as port, closing(connect(port)) as connection:
        connection.sendall(b"".join(REQUEST % str(length).encode() for length in lengths))
        for length in lengths:
            assert receive(connection, length, 1_000_000) == TEXT[:length]
    assert len(application.handles) == len(lengths)
    assert are_closed(application.handles)


def test_a_slow_reader_gets_every_byte(application: Files) -> None:
    """One who reads little at a time is waited for, and gets what the others get."""
    with serving(application, Limits()) as port, closing(connect(port, 4096)) as connection:
        connection.sendall(REQUEST % b"2000000")
        assert receive(connection, 2_000_000, 65_536, 0.002) == TEXT[:2_000_000]


def test_many_slow_readers_are_not_kept_in_memory(application: Files) -> None:
    """What they have not taken stays in the file: some 16 kB are held for each, and others are served."""
    with serving(application, Limits()) as port, ExitStack() as stack:
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        for _ in range(READERS):
            connection = stack.enter_context(closing(connect(port, 4096)))
            connection.sendall(REQUEST % str(SIZE).encode())
        quick = stack.enter_context(closing(connect(port)))
        quick.sendall(REQUEST % b"70000")
        assert receive(quick, 70_000, 1_000_000) == TEXT[:70_000]
        while len(application.handles) <= READERS:
            time.sleep(0.01)
        time.sleep(0.3)
        held, _ = tracemalloc.get_traced_memory()
        assert held < READERS * 48 * 1024


def test_a_reader_who_takes_nothing_is_dropped(application: Files) -> None:
    """After a while the connection is given up, and the file closed."""
    limits = Limits(send_seconds=0.5)
    with serving(application, limits) as port, closing(connect(port, 4096)) as connection:
        connection.sendall(REQUEST % str(SIZE).encode())
        end = time.monotonic() + 10
        while not application.handles or not are_closed(application.handles):
            assert time.monotonic() < end
            time.sleep(0.05)


def test_a_file_that_ends_early_is_no_whole_answer(path: Path, tmp_path: Path) -> None:
    """Where bytes are missing the connection ends, so that nobody takes a part for the whole."""
    short = tmp_path / "short"
    short.write_bytes(TEXT[:200_000])
    with serving(Files(short), Limits()) as port, closing(connect(port)) as connection:
        connection.sendall(REQUEST % b"300000")
        with pytest.raises((AssertionError, ConnectionError)):
            receive(connection, 300_000, 1_000_000)
