"""The crew: a bounded number of threads, and a bounded queue of what they are to do."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

Job = Callable[[], None]


class Crew:
    """Threads that do one job after the other; a job that raises ends its thread, which is replaced."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._waiting = waiting
        self._threads = [self._start(number) for number in range(threads)]

    def take_on(self, job: Job) -> bool:
        """Have a thread do the job; False when too many wait already. For one calling thread."""
        if self._jobs.qsize() >= self._waiting:
            return False
        self._jobs.put(job)
        return True

    def go_on(self, job: Job) -> None:
        """Have a thread do a job that has begun, however many wait."""
        self._jobs.put(job)

    def dismiss(self) -> None:
        """End each thread after the jobs taken on before; one that does not end within a second is left."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(1)

    def _start(self, number: int) -> Thread:
        thread = Thread(target=self._work, args=(number,), name=f"crew-{number}", daemon=True)
        thread.start()
        return thread

    def _work(self, number: int) -> None:
        while (job := self._jobs.get()) is not None:
            is_done = False
            try:
                job()
                is_done = True
            finally:
                if not is_done:
                    self._threads[number] = self._start(number)
