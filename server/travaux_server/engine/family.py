"""The server's side of one parent process and the workers that it forks."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from travaux_build.errors import TravauxError
from travaux_server.engine.errors import EngineDown
from travaux_server.engine.limits import processor_time
from travaux_server.engine.messages import (
    BIRTH,
    ORDER,
    READY,
    Reply,
    Request,
    Source,
    receive_exactly,
    receive_message,
    reply_in,
    request_message,
    send_request,
    send_source,
)

MODULE = "travaux_server.engine.parent"
START_SECONDS = 600.0
"""How long loading may take."""
FORK_SECONDS = 10.0
"""How long a fork may take, before the parent counts as lost."""
AT_ONCE_BYTES = 64 * 1024
"""A message of so many bytes is taken by the socket of a worker that is idle: less than half of its room."""
LOW_PRIORITY = 10
"""Niceness of a worker whose query takes long: the short queries of others come first."""


class WorkerLost(TravauxError):
    """Raised when a worker ended before it replied."""


class WorkerGone(WorkerLost):
    """Raised when a worker had ended before it was asked."""


class FamilyLost(TravauxError):
    """Raised when the parent of the workers ended, and all of them with it."""


@dataclass(eq=False)
class Worker:
    """A worker process, for one thread at a time. `asked` counts its queries, `grown` is its peak growth."""

    family: Family
    process: int
    connection: socket.socket
    asked: int = 0
    grown: int = 0
    is_slowed: bool = False
    begun: float = 0.0
    """Seconds of processor time that the worker had when its query began."""

    def send(self, request: Request, seconds: float) -> None:
        """Have the worker begin a query, which may take so long. Raises `WorkerGone` when it has ended."""
        self.asked += 1
        self.begun = processor_time(self.process)
        try:
            send_request(self.connection, request, seconds)
        except OSError as error:
            raise WorkerGone from error

    def send_at_once(self, request: Request, seconds: float) -> bool:
        """As `send`, if that can be done without waiting; else nothing is sent, and False."""
        message = request_message(request, seconds)
        if len(message) > AT_ONCE_BYTES:
            return False
        self.asked += 1
        self.begun = processor_time(self.process)
        try:
            os.write(self.connection.fileno(), message)
        except OSError as error:
            raise WorkerGone from error
        return True

    def receive(self) -> tuple[Reply, bytes] | None:
        """The worker's reply; None if it stays silent for the connection's time. Raises `WorkerLost`."""
        try:
            return self.note(receive_message(self.connection))
        except TimeoutError:
            return None
        except (OSError, EOFError) as error:
            raise WorkerLost from error

    def receive_at_once(self) -> tuple[Reply, bytes] | None:
        """The reply if it has come meanwhile; None if the worker is silent. Raises `WorkerLost`."""
        watch = select.poll()
        watch.register(self.connection, select.POLLIN)
        return self.receive() if watch.poll(0) else None

    def note(self, message: bytes) -> tuple[Reply, bytes]:
        """The reply that a message is."""
        reply, body = reply_in(message)
        self.grown = reply.grown
        return reply, body

    def spent(self) -> float:
        """Seconds of processor time that the query has had."""
        return processor_time(self.process) - self.begun

    def slow_down(self, seconds: float) -> None:
        """Let other processes come first, and wait for replies so long. For good: replace it afterwards."""
        self.is_slowed = True
        self.connection.settimeout(seconds)
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process, LOW_PRIORITY)


class Family:
    """A parent process, running from construction until `close`; it and its workers end with the server.

    Construct it in a thread that lives as long as it does: the kernel ends the parent with that thread.
    """

    def __init__(self, source: Source, patience: float) -> None:
        """Start the parent and have it load the data. Raises `EngineDown` with the reason if it cannot.

        A worker's silence is reported after `patience` seconds.
        """
        self._patience = patience
        self._lock = Lock()
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", MODULE, str(theirs.fileno()), str(os.getpid())]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        with theirs:
            self._parent = subprocess.Popen(  # noqa: S603 - our own program and two numbers
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        try:
            self._control.settimeout(START_SECONDS)
            send_source(self._control, source)
            if receive_exactly(self._control, 1) != READY:
                raise EngineDown(f"the data cannot be loaded: {self._control.recv(1000).decode()}")
            self._control.settimeout(FORK_SECONDS)
        except (OSError, EOFError) as error:
            self.close()
            raise EngineDown("the engine's parent process ended while loading") from error
        except EngineDown:
            self.close()
            raise

    @property
    def process(self) -> int:
        """The parent's process id."""
        return self._parent.pid

    def fork(self) -> Worker:
        """A new worker that is ready to answer.

        Raises `FamilyLost` when the parent or the new worker fails; the parent then ends, which `wait` shows.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                socket.send_fds(self._control, [ORDER.pack(0)], [theirs.fileno()])
                (process,) = BIRTH.unpack(receive_exactly(self._control, BIRTH.size))
            ours.settimeout(FORK_SECONDS)
            receive_exactly(ours, len(READY))
            ours.settimeout(self._patience)
        except (OSError, EOFError) as error:
            ours.close()
            self._parent.kill()
            raise FamilyLost("a worker of the query engine could not be started") from error
        return Worker(self, process, ours)

    def end(self, worker: Worker) -> int:
        """End a worker if it has not ended by itself; how it did: minus the signal, or its exit code.

        Raises `FamilyLost` when the parent is gone.
        """
        worker.connection.close()
        try:
            with self._lock:
                self._control.sendall(ORDER.pack(worker.process))
                (status,) = BIRTH.unpack(receive_exactly(self._control, BIRTH.size))
        except (OSError, EOFError) as error:
            self._parent.kill()
            raise FamilyLost("the parent of the query engine's workers is gone") from error
        return int(status)

    def wait(self) -> None:
        """Return when the parent has ended."""
        self._parent.wait()

    def close(self) -> None:
        """End the parent and with it all workers; returns when it is gone."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._parent.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._parent.kill()
            self._parent.wait()
