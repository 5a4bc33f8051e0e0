"""A lane: a bounded number of places for queries, and bounded queues before them."""

from __future__ import annotations

import math
import time
from collections import deque
from threading import Lock

from travaux_server.engine.errors import EngineBusy


class Lane:
    """At most `places` queries at a time; at most `queue` more wait, and are let in as they came.

    Trusted queries wait in a queue of their own, which comes first, and may take the `reserved` places that
    the others leave.
    """

    def __init__(self, places: int, queue: int, reserved: int, retry_after: float, full: str) -> None:
        """`full` is what a query is told for which there is no room, with the seconds to come back after."""
        self._free = places
        self._queue = queue
        self._reserved = reserved
        self._retry_after = math.ceil(max(retry_after, 1))
        self._full = full
        self._trusted: deque[Lock] = deque()
        self._others: deque[Lock] = deque()
        self._lock = Lock()

    def try_enter(self, is_trusted: bool) -> bool:
        """Take a place if one is free for such a query, which nobody waits for."""
        with self._lock:
            return self._take(is_trusted)

    def enter(self, seconds: float, is_trusted: bool) -> None:
        """Take a place within so many seconds. Raises `EngineBusy`, at once when the queue is full."""
        begun = time.monotonic()
        waiting = self._trusted if is_trusted else self._others
        with self._lock:
            if self._take(is_trusted):
                return
            if len(waiting) >= self._queue:
                raise EngineBusy(self._retry_after, self._full)
            turn = Lock()
            turn.acquire()
            waiting.append(turn)
        if turn.acquire(timeout=max(seconds - (time.monotonic() - begun), 0)):
            return
        with self._lock:
            if turn in waiting:
                waiting.remove(turn)
                raise EngineBusy(self._retry_after, self._full)

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
            turn.release()

    def _take(self, is_trusted: bool) -> bool:
        if is_trusted:
            is_free = self._free > 0 and not self._trusted
        else:
            is_free = self._free > self._reserved and not self._others
        self._free -= is_free
        return is_free
