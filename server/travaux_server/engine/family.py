"""The server's side of one parent process and the workers that it forks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from travaux_build.errors import TravauxError
from travaux_server.engine.errors import EngineDown
from travaux_server.engine.messages import (
    BIRTH,
    ORDER,
    READY,
    Reply,
    Request,
    Source,
    receive_exactly,
    receive_reply,
    send,
)

MODULE = "travaux_server.engine.parent"
START_SECONDS = 600.0
"""How long loading may take."""
FORK_SECONDS = 10.0
"""How long a fork may take, before the parent counts as lost."""
GRACE_SECONDS = 0.3
"""How long after its deadline a worker may still be heard of."""


class WorkerLost(TravauxError):
    """Raised when a worker ended, or stayed silent, before it replied."""


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

    def ask(self, request: Request) -> tuple[Reply, bytes]:
        """The worker's reply. Raises `WorkerLost` when it ends, or is silent past the request's seconds."""
        self.asked += 1
        try:
            self.connection.settimeout(request.seconds + GRACE_SECONDS)
            send(self.connection, request)
            reply, body = receive_reply(self.connection)
        except (OSError, EOFError) as error:
            raise WorkerLost from error
        self.grown = reply.grown
        return reply, body

    def is_gone(self) -> bool:
        """Whether the process ended while nobody asked it anything."""
        try:
            self.connection.setblocking(False)
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


class Family:
    """A parent process, running from construction until `close`; it and its workers end with the server.

    Construct it in a thread that lives as long as it does: the kernel ends the parent with that thread.
    """

    def __init__(self, source: Source) -> None:
        """Start the parent and have it load the data. Raises `EngineDown` with the reason if it cannot."""
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
            send(self._control, source)
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

    def fork(self, replaced: Worker | None = None) -> tuple[Worker, int]:
        """A new worker, and how the one it replaces ended: minus the signal, or its exit code.

        Raises `FamilyLost` when the parent or the new worker fails; the parent then ends, which `wait` shows.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                order = ORDER.pack(replaced.process if replaced else 0)
                socket.send_fds(self._control, [order], [theirs.fileno()])
                process, status = BIRTH.unpack(receive_exactly(self._control, BIRTH.size))
            ours.settimeout(FORK_SECONDS)
            receive_exactly(ours, len(READY))
        except (OSError, EOFError) as error:
            ours.close()
            self._parent.kill()
            raise FamilyLost("a worker of the query engine could not be started") from error
        finally:
            if replaced:
                replaced.connection.close()
        return Worker(self, process, ours), status

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
