"""A lane: a bounded number of places for queries, and a bounded queue before them."""

from __future__ import annotations

import math
import time
from collections import deque
from threading import Lock

from travaux_server.engine.errors import EngineBusy


class Lane:
    """At most `places` queries at a time; at most `queue` more wait, and are let in as they came."""

    def __init__(self, places: int, queue: int, retry_after: float, full: str) -> None:
        """`full` is what a query is told for which there is no room, with the seconds to come back after."""
        self._free = places
        self._queue = queue
        self._retry_after = math.ceil(max(retry_after, 1))
        self._full = full
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    def try_enter(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return True
            return False

    def enter(self, seconds: float) -> None:
        """Take a place within so many seconds. Raises `EngineBusy`, at once when the queue is full."""
        begun = time.monotonic()
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            if len(self._waiting) >= self._queue:
                raise EngineBusy(self._retry_after, self._full)
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=max(seconds - (time.monotonic() - begun), 0)):
            return
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise EngineBusy(self._retry_after, self._full)

    def leave(self) -> None:
        """Give a place back: to the first who waits, if anybody does."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
