"""The parent process: single-threaded, it loads the data once and forks the workers that answer from it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from pathlib import Path

from travaux_server.engine.limits import die_with
from travaux_server.engine.messages import BIRTH, ORDER, READY, receive_source
from travaux_server.engine.store import load_in_memory, open_database
from travaux_server.engine.worker import work

FAILED = b"\x00"
"""First byte sent to the server when the data cannot be loaded; the reason follows."""


def run(control: socket.socket) -> int:
    """Load what the server names, then fork and end workers as it orders, until it is gone."""
    source = receive_source(control)
    try:
        loaded = load_in_memory(source) if source.in_memory else None
        if loaded is None:
            _try_database(source.store)
    except (OSError, SyntaxError, ValueError) as error:
        control.sendall(FAILED + str(error).encode("utf-8", "replace")[:1000])
        return 1
    gc.collect()
    gc.freeze()
    control.sendall(READY)
    workers: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if not message:
            break
        (ended,) = ORDER.unpack(message)
        if not descriptors:
            control.sendall(BIRTH.pack(_end(ended) if ended in workers else 0))
            workers.discard(ended)
            continue
        connection = socket.socket(fileno=descriptors[0])
        here = os.getpid()
        process = os.fork()
        if process == 0:
            control.close()
            die_with(here)
            work(connection, loaded or open_database(source), source.worker_memory)
        connection.close()
        workers.add(process)
        control.sendall(BIRTH.pack(process))
    for process in workers:
        _end(process)
    return 0


def _end(process: int) -> int:
    """End a worker if it has not ended by itself; how it ended: minus the signal, or the exit code."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def _try_database(folder: str) -> None:
    """Raise `OSError` unless `folder` looks like a database; opening it here would start threads."""
    if not (Path(folder) / "CURRENT").is_file():
        raise OSError(f"{folder}: no database")


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    try:
        sys.exit(run(socket.socket(fileno=int(sys.argv[1]))))
    except (ConnectionError, EOFError):  # the server went away meanwhile; the workers end with this process
        sys.exit(0)
