"""Which query is evaluated when: short ones at once, long ones a few at a time, and none stops another."""

from __future__ import annotations

import signal
import time

from travaux_build.errors import TravauxError
from travaux_server.engine.acquaintance import Acquaintance
from travaux_server.engine.errors import EngineDown, QueryError, QueryTimedOut, QueryTooCostly
from travaux_server.engine.family import FamilyLost, Worker, WorkerGone, WorkerLost
from travaux_server.engine.lane import Lane
from travaux_server.engine.messages import Reply, Request
from travaux_server.engine.pool import Pool
from travaux_server.settings import Settings

GRACE_SECONDS = 0.3
"""How long after its deadline a worker may still be heard of."""
AT_ONCE = 0.05
"""Seconds within which a worker that is killed has not deserved it: its query is asked once more."""
HELD_UP = 9
"""Times that a query not met before is given its short time anew when it had the processor for less than
half of it."""


class Displaced(TravauxError):
    """Raised when a query that outlived the short lane found no place in the long one."""


class _Place:
    """A place in a lane, which may be exchanged for one in another."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    def leave(self) -> None:
        self.lane.leave()

    def move(self, lane: Lane) -> bool:
        """Whether there was a place in `lane`, for which this one was given back."""
        if not lane.try_enter(is_trusted=False):
            return False
        self.lane.leave()
        self.lane = lane
        return True


class Dispatch:
    """Asks each query of a worker.

    A query starts in the short lane. If it is not answered in `short_seconds`, its place goes to the next
    one: it is evaluated on, at low priority, if the long lane has a place, or else ended, to wait for one and
    begin anew. A query that was long before waits for the long lane from the start. When places are scarce,
    one of the shape of queries that were short before goes first, and one place is for such queries only.
    """

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool
        self._short = Lane(
            settings.workers,
            settings.queue,
            1 if settings.workers > 1 else 0,
            settings.queue_seconds,
            "all places for queries are taken",
        )
        self._long = Lane(
            settings.long_queries,
            settings.long_queue,
            0,
            settings.deadline / 2,
            "all places for queries that take long are taken",
        )
        self._known = Acquaintance()

    def ask(self, request: Request, limit: float) -> tuple[Reply, bytes, float]:
        """Reply and bytes for a request, and the seconds that it was queued.

        All of it takes at most `limit` seconds. Raises `QueryError`.
        """
        begun = time.monotonic()
        end = begun + limit
        lane = self._long if self._known.is_long(request) else self._short
        losses = 0
        while True:
            place = self._enter(lane, request, end)
            try:
                queued = time.monotonic() - begun
                reply, body = self._run(place, request, end, limit)
            except Displaced:
                lane = self._long
            except FamilyLost:
                losses += 1
                if losses > self._settings.processes:
                    raise EngineDown() from None
            else:
                return reply, body, queued
            finally:
                place.leave()

    def _enter(self, lane: Lane, request: Request, end: float) -> _Place:
        """A place in a lane; half of the time left is kept for the query itself. Raises `EngineBusy`."""
        if not lane.try_enter(is_trusted=False):
            is_trusted = lane is self._short and self._known.is_trusted(request)
            longest = (end - time.monotonic()) / 2
            lane.enter(
                longest if lane is self._long else min(longest, self._settings.queue_seconds), is_trusted
            )
        return _Place(lane)

    def _run(self, place: _Place, request: Request, end: float, limit: float) -> tuple[Reply, bytes]:
        """The reply of a worker, which is then idle again, or replaced.

        Raises `QueryError`, `Displaced`, `FamilyLost`.
        """
        worker, asked = self._send(request, end)
        outcome: tuple[Reply, bytes] | None = None
        status: int | None = 0
        try:
            outcome = worker.receive()
            rounds = 0
            while outcome is None and self._is_held_up(worker, request, rounds) and time.monotonic() < end:
                rounds += 1
                outcome = worker.receive()
            if outcome is None:
                self._known.was_long(request)
                if place.lane is not self._long and not place.move(self._long):
                    raise Displaced("the query takes long, and there is no place for it now")
                worker.slow_down(max(end - time.monotonic(), 0) + GRACE_SECONDS)
                outcome = worker.receive()
            else:
                self._known.was_short(request)
        except WorkerLost:
            outcome = None
        finally:
            if outcome is None:
                status = self._pool.end(worker)
            elif worker.is_slowed or self._is_worn(worker):
                self._pool.retire(worker)
            else:
                self._pool.give(worker)
        if outcome is not None:
            return outcome
        now = time.monotonic()
        if status is None or (status == -signal.SIGKILL and now - asked < AT_ONCE):
            raise FamilyLost("the worker, or its parent, was ended from outside")
        raise _loss(status, limit, is_late=now >= end)

    def _send(self, request: Request, end: float) -> tuple[Worker, float]:
        """A worker that has the request, and since when; those found to have ended are replaced."""
        while True:
            now = time.monotonic()
            worker = self._pool.take((end - now) / 2)
            try:
                worker.send(request, max(end - now, 0.001))
            except WorkerGone:
                self._pool.retire(worker)
            else:
                return worker, now

    def _is_held_up(self, worker: Worker, request: Request, rounds: int) -> bool:
        """Whether the machine is busy, rather than the query long: it had the processor for too short a time.

        A query that was short before is so again, however long it has to wait for the processor.
        """
        if self._known.is_short(request):
            return worker.spent() < self._settings.short_seconds
        return rounds < HELD_UP and worker.spent() < self._settings.short_seconds / 2

    def _is_worn(self, worker: Worker) -> bool:
        settings = self._settings
        return worker.asked >= settings.queries_per_worker or worker.grown > settings.worker_memory_mark


def _loss(status: int, limit: float, is_late: bool) -> QueryError:
    """Why a worker that ended with this status did not reply within its seconds."""
    if status == -signal.SIGALRM or is_late:
        return QueryTimedOut(round(limit, 2))
    if status == -signal.SIGKILL:
        return EngineDown("the query's process was ended from outside")
    return QueryTooCostly(
        "the query needs more memory, or is nested deeper, than one may be",
        "add a LIMIT, sort fewer rows, nest less",
    )
