"""The workers that are free, and the bounded queue of those who wait for one."""

from __future__ import annotations

import math
import time
from threading import Condition

from travaux_server.engine.errors import EngineBusy, EngineDown
from travaux_server.engine.family import Family, FamilyLost, Worker


class Pool:
    """Hands each worker of one family to one thread at a time; at most `queue` threads wait."""

    def __init__(self, queue: int) -> None:
        self._queue = queue
        self._free: list[Worker] = []
        self._waiting = 0
        self._changed = Condition()
        self._family: Family | None = None
        self._count = 0

    @property
    def workers(self) -> int:
        """How many workers there are, free or not."""
        return self._count

    def fill(self, family: Family, workers: list[Worker]) -> None:
        """Take the workers of a new family; those of the one before are forgotten when they come back."""
        with self._changed:
            self._family = family
            self._free = workers
            self._count = len(workers)
            self._changed.notify_all()

    def empty(self, family: Family) -> None:
        """Forget all workers of a family that is gone."""
        with self._changed:
            if family is not self._family:
                return
            gone, self._free, self._family, self._count = self._free, [], None, 0
        for worker in gone:
            worker.connection.close()

    def take(self, seconds: float) -> Worker:
        """A free worker within so many seconds. Raises `EngineBusy`, at once when the queue is full."""
        end = time.monotonic() + seconds
        while True:
            worker = self._take(end, math.ceil(max(seconds, 1)))
            if not worker.is_gone():
                return worker
            self.replace(worker)

    def give(self, worker: Worker) -> None:
        """Take a worker back."""
        with self._changed:
            if worker.family is self._family:
                self._free.append(worker)
                self._changed.notify()
                return
        worker.connection.close()

    def replace(self, worker: Worker) -> int | None:
        """End a worker and put a new one in its place; how the old one ended (see `Family.fork`).

        None when its whole family is lost: it is then forgotten, and those who wait do so for the next one.
        """
        try:
            new, status = worker.family.fork(worker)
        except FamilyLost:
            self.empty(worker.family)
            return None
        self.give(new)
        return status

    def _take(self, end: float, retry_after: int) -> Worker:
        with self._changed:
            if not self._free and self._waiting >= self._queue:
                raise EngineBusy(retry_after)
            self._waiting += 1
            try:
                while not self._free:
                    left = end - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        raise EngineBusy(retry_after) if self._count else EngineDown()
            finally:
                self._waiting -= 1
            return self._free.pop()
