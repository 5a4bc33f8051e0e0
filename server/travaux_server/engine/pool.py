"""The workers that are idle, and the thread that always has new ones ready for those that end."""

from __future__ import annotations

import select
import time
from contextlib import suppress
from threading import Condition, Lock, Thread

from travaux_server.engine.errors import EngineDown
from travaux_server.engine.family import Family, FamilyLost, Worker

LOOK_SECONDS = 0.5
"""How long an idle worker that ended may go unnoticed, at most."""


class Pool:
    """Hands each worker of one family to one thread at a time; `size` workers are kept, idle or not.

    Whoever waits for an idle worker is told of one, and the thread that renews them of what there is to do.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: list[Worker] = []
        self._worn: list[Worker] = []
        self._lock = Lock()
        self._idle_there = Condition(self._lock)
        self._work_there = Condition(self._lock)
        self._family: Family | None = None
        self._count = 0
        self._closed = False
        self._nurse = Thread(target=self._renew, name="workers", daemon=True)

    @property
    def workers(self) -> int:
        """How many workers there are, idle or not."""
        return self._count

    def start(self) -> None:
        self._nurse.start()

    def close(self) -> None:
        """Keep no workers any more."""
        with self._lock:
            self._closed = True
            self._work_there.notify()
        if self._nurse.is_alive():
            self._nurse.join()

    def adopt(self, family: Family) -> None:
        """Keep workers of a new family, the first of which is ready on return. Raises `FamilyLost`."""
        first = family.fork()
        with self._lock:
            self._family = family
            self._idle = [first]
            self._count = 1
            self._idle_there.notify()
            self._work_there.notify()

    def forget(self, family: Family) -> None:
        """Forget all workers of a family that is gone."""
        with self._lock:
            if family is not self._family:
                return
            gone, self._idle, self._worn = [*self._idle, *self._worn], [], []
            self._family, self._count = None, 0
        for worker in gone:
            worker.connection.close()

    def take(self, seconds: float) -> Worker:
        """An idle worker within so many seconds. Raises `EngineDown`."""
        end = time.monotonic() + seconds
        with self._lock:
            while not self._idle:
                left = end - time.monotonic()
                if left <= 0 or not self._idle_there.wait(left):
                    raise EngineDown()
            return self._idle.pop()

    def take_at_once(self) -> Worker | None:
        """An idle worker, if there is one."""
        with self._lock:
            return self._idle.pop() if self._idle else None

    def give(self, worker: Worker) -> None:
        """Take an idle worker back."""
        with self._lock:
            if worker.family is self._family:
                self._idle.append(worker)
                self._idle_there.notify()
                return
        worker.connection.close()

    def retire(self, worker: Worker) -> None:
        """Have a worker ended and replaced, soon."""
        with self._lock:
            if worker.family is self._family:
                self._worn.append(worker)
                self._work_there.notify()
                return
        worker.connection.close()

    def end(self, worker: Worker) -> int | None:
        """End a worker at once, to be replaced soon; how it ended (`Family.end`), None if all are lost."""
        try:
            status = worker.family.end(worker)
        except FamilyLost:
            self.forget(worker.family)
            return None
        with self._lock:
            if worker.family is self._family:
                self._count -= 1
                self._work_there.notify()
        return status

    def _renew(self) -> None:
        """Fork new workers in place of those that are missing, then end those that are worn."""
        while True:
            with self._lock:
                while not (self._closed or (self._family and (self._worn or self._count < self._size))):
                    self._work_there.wait(LOOK_SECONDS)
                    self._set_aside_the_dead()
                family = self._family
                if self._closed:
                    return
                worn = self._worn.pop() if self._worn else None
            if family is None:
                continue
            if worn is not None:
                self.end(worn)
                continue
            try:
                worker = family.fork()
            except FamilyLost:
                self.forget(family)
                continue
            with self._lock:
                self._count += family is self._family
            with suppress(OSError):
                self.give(worker)

    def _set_aside_the_dead(self) -> None:
        """Count idle workers that have ended among the worn ones; one that is well has nothing to say."""
        watch = select.poll()
        for worker in self._idle:
            watch.register(worker.connection, select.POLLIN)
        dead = {descriptor for descriptor, _ in watch.poll(0)}
        if dead:
            self._worn += [worker for worker in self._idle if worker.connection.fileno() in dead]
            self._idle = [worker for worker in self._idle if worker.connection.fileno() not in dead]
