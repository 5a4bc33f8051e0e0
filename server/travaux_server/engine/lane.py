"""A lane: a bounded number of places for queries, and bounded queues before them."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from travaux_server.engine.errors import EngineBusy

Turn = Callable[[], object]
"""Called once when a place has been taken for the one who waited, in whatever thread gives it back."""


class Lane:
    """At most `places` queries at a time; more wait, and are let in as they came.

    At most `queue` of them hold up a thread each while they wait, and at most `crowd` of each sort do not.
    Trusted queries wait in a queue of their own, which comes first, and may take the `reserved` places that
    the others leave.
    """

    def __init__(
        self, places: int, queue: int, reserved: int, retry_after: float, full: str, crowd: int = 0
    ) -> None:
        """`full` is what a query is told for which there is no room, with the seconds to come back after."""
        self._free = places
        self._queue = queue
        self._crowd = crowd
        self._held_up = 0
        self._reserved = reserved
        self._retry_after = math.ceil(max(retry_after, 1))
        self._full = full
        self._trusted: deque[Turn] = deque()
        self._others: deque[Turn] = deque()
        self._lock = Lock()

    def try_enter(self, is_trusted: bool) -> bool:
        """Take a place if one is free for such a query, which nobody waits for."""
        with self._lock:
            return self._take(is_trusted)

    def enter(self, seconds: float, is_trusted: bool) -> None:
        """Take a place within so many seconds. Raises `EngineBusy`, at once when the queue is full."""
        begun = time.monotonic()
        waiting = Lock()
        waiting.acquire()
        with self._lock:
            if self._take(is_trusted):
                return
            if self._held_up >= self._queue:
                raise self.busy()
            self._held_up += 1
            self._waiting(is_trusted).append(waiting.release)
        try:
            if waiting.acquire(timeout=max(seconds - (time.monotonic() - begun), 0)):
                return
            if self.withdraw(is_trusted, waiting.release):
                raise self.busy()
        finally:
            with self._lock:
                self._held_up -= 1

    def line_up(self, is_trusted: bool, turn: Turn) -> bool:
        """Take a place, and True; else have `turn` called when one is taken, unless it is withdrawn before.

        Raises `EngineBusy` when the queue is full.
        """
        with self._lock:
            if self._take(is_trusted):
                return True
            waiting = self._waiting(is_trusted)
            if len(waiting) >= self._crowd:
                raise self.busy()
            waiting.append(turn)
            return False

    def withdraw(self, is_trusted: bool, turn: Turn) -> bool:
        """Wait no longer; False if it is too late: a place has been taken."""
        with self._lock:
            waiting = self._waiting(is_trusted)
            if turn not in waiting:
                return False
            waiting.remove(turn)
            return True

    def busy(self) -> EngineBusy:
        """What there is to say to a query that gets no place."""
        return EngineBusy(self._retry_after, self._full)

    def leave(self) -> None:
        """Give a place back: to the first who waits for such a one, if anybody does."""
        with self._lock:
            self._free += 1
            if self._trusted:
                turn = self._trusted.popleft()
            elif self._others and self._free > self._reserved:
                turn = self._others.popleft()
            else:
                return
            self._free -= 1
        turn()

    def _waiting(self, is_trusted: bool) -> deque[Turn]:
        return self._trusted if is_trusted else self._others

    def _take(self, is_trusted: bool) -> bool:
        if is_trusted:
            is_free = self._free > 0 and not self._trusted
        else:
            is_free = self._free > self._reserved and not self._others
        self._free -= is_free
        return is_free
