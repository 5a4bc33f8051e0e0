"""Waiting for the messages of several workers in an event loop, which does other things meanwhile."""

from __future__ import annotations

import os
import select
import socket
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from dataclasses import dataclass, field

from travaux_server.engine.messages import CHUNK, LENGTH, PATIENCE

Done = Callable[[bytes | None], None]


@dataclass(eq=False)
class _Awaited:
    """A message that is waited for, and what has come of it."""

    connection: socket.socket
    done: Done
    timer: TimerHandle
    parts: list[bytes] = field(default_factory=list)
    missing: int = 0
    silences: int = 0


class Watch:
    """Waits for messages for the thread of one event loop, in which each method but `close` is called.

    Connections are watched from the first time on until they are closed. They may be read elsewhere in
    between: only what comes while a message is awaited is read here (a set of epoll, edge-triggered, to which
    connections need not be added each time).
    """

    def __init__(self, patience: float) -> None:
        """`patience` is how many seconds of silence end the waiting for a message that has not begun."""
        self._patience = patience
        self._ready = select.epoll()
        self._known: dict[int, socket.socket] = {}
        self._awaited: dict[int, _Awaited] = {}
        self._loop: AbstractEventLoop | None = None

    def await_message(self, connection: socket.socket, loop: AbstractEventLoop, done: Done) -> None:
        """Have `done` called once: with the next message, or with None.

        None means that nothing came in time, after which the message may still be received, or that the other
        side is gone, which receiving shows.
        """
        if self._loop is None:
            self._loop = loop
            loop.add_reader(self._ready.fileno(), self._look)
        descriptor = connection.fileno()
        if self._known.get(descriptor) is not connection:
            self._known[descriptor] = connection
            self._ready.register(descriptor, select.EPOLLIN | select.EPOLLET)
        timer = loop.call_later(self._patience, self._expire, descriptor)
        self._awaited[descriptor] = _Awaited(connection, done, timer)

    def close(self) -> None:
        """Wait for nothing any more; from any thread."""
        loop, self._loop = self._loop, None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._end, loop)
        else:
            self._ready.close()

    def _end(self, loop: AbstractEventLoop) -> None:
        loop.remove_reader(self._ready.fileno())
        self._ready.close()
        for descriptor in list(self._awaited):
            self._give(descriptor, None)

    def _look(self) -> None:
        for descriptor, _ in self._ready.poll(0):
            if descriptor in self._awaited:
                self._read(descriptor)

    def _read(self, descriptor: int) -> None:
        """Read until there is nothing more for now: the next sign comes with the next bytes only."""
        awaited = self._awaited[descriptor]
        while True:
            try:
                part = os.read(descriptor, CHUNK)
            except BlockingIOError:
                return
            except OSError:
                part = b""
            if not part:
                self._give(descriptor, None)
                return
            if not awaited.parts:
                if len(part) < LENGTH.size:
                    self._give_up(descriptor)
                    return
                awaited.missing = LENGTH.unpack_from(part)[0] + LENGTH.size
            awaited.parts.append(part)
            awaited.missing -= len(part)
            awaited.silences = 0
            if awaited.missing <= 0:
                self._give(descriptor, b"".join(awaited.parts)[LENGTH.size :])
                return

    def _expire(self, descriptor: int) -> None:
        """A message that has begun is waited for longer: its sender has all of it."""
        awaited = self._awaited[descriptor]
        if not awaited.parts:
            self._give(descriptor, None)
        elif awaited.silences < PATIENCE and self._loop is not None:
            awaited.silences += 1
            awaited.timer = self._loop.call_later(self._patience, self._expire, descriptor)
        else:
            self._give_up(descriptor)

    def _give_up(self, descriptor: int) -> None:
        """What was begun is never ended: whoever receives now learns that nothing more comes."""
        self._awaited[descriptor].connection.shutdown(socket.SHUT_RDWR)
        self._give(descriptor, None)

    def _give(self, descriptor: int, message: bytes | None) -> None:
        awaited = self._awaited.pop(descriptor)
        awaited.timer.cancel()
        awaited.done(message)
