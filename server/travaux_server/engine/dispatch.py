"""Which query is evaluated when: short ones at once, long ones a few at a time, and none stops another."""

from __future__ import annotations

import signal
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from functools import partial

from travaux_build.errors import TravauxError
from travaux_server.engine.acquaintance import Acquaintance
from travaux_server.engine.errand import Errand, Known, Outcome, Place, Waiting
from travaux_server.engine.errors import EngineBusy, EngineDown, QueryError, QueryTimedOut, QueryTooCostly
from travaux_server.engine.family import FamilyLost, Worker, WorkerGone, WorkerLost
from travaux_server.engine.lane import Lane
from travaux_server.engine.limits import LINUX
from travaux_server.engine.messages import Reply, Request
from travaux_server.engine.pool import Pool
from travaux_server.engine.watch import Watch
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
            settings.crowd,
        )
        self._long = Lane(
            settings.long_queries,
            settings.long_queue,
            0,
            settings.deadline / 2,
            "all places for queries that take long are taken",
        )
        self._known = Acquaintance()
        self._watch = Watch(settings.short_seconds) if LINUX else None

    def close(self) -> None:
        """Wait for no worker any more; what is begun is told so."""
        if self._watch is not None:
            self._watch.close()

    def ask(self, request: Request, limit: float) -> Outcome:
        """The outcome of a request, which takes at most `limit` seconds. Raises `QueryError`."""
        begun = time.monotonic()
        return self._ask(request, begun, begun + limit, limit)

    def begin(
        self, request: Request, limit: float, loop: AbstractEventLoop, done: Callable[[Waiting], None]
    ) -> bool:
        """Ask in the thread of `loop`, which is not held up, and in which `done` is called later.

        False, and nothing asked, if the request takes long, for lack of room, or where there is no epoll.
        """
        if self._watch is None or self._known.is_long(request):
            return False
        begun = time.monotonic()
        start = partial(self._start, self._watch, request, begun, begun + limit, limit, loop, done)
        if self._try_enter(request):
            return start()
        return self._line_up(request, begun, limit, loop, done, start)

    def _start(
        self,
        watch: Watch,
        request: Request,
        begun: float,
        end: float,
        limit: float,
        loop: AbstractEventLoop,
        done: Callable[[Waiting], None],
    ) -> bool:
        """Send the request from a short place; False, and the place is given back, if no worker takes it."""
        now = time.monotonic()
        worker = self._send_at_once(request, max(end - now, 0.001))
        if worker is None:
            self._short.leave()
            return False
        errand = Errand(request, worker, Place(self._short), begun, now, end, limit)
        watch.await_message(worker.connection, loop, partial(self._hear, errand, done))
        return True

    def _line_up(
        self,
        request: Request,
        begun: float,
        limit: float,
        loop: AbstractEventLoop,
        done: Callable[[Waiting], None],
        start: Callable[[], bool],
    ) -> bool:
        """Have the request wait for a short place, without a thread; False if there is no room."""
        lane, is_trusted = self._short, self._known.is_trusted(request)
        seconds = min(limit / 2, self._settings.queue_seconds)

        def come() -> None:
            timer.cancel()
            if not start():
                done(lambda: self._ask(request, begun, begun + limit, limit))

        def give_up() -> None:
            if lane.withdraw(is_trusted, turn):
                done(partial(_refuse, lane))

        turn = partial(loop.call_soon_threadsafe, come)
        timer = loop.call_later(seconds, give_up)
        try:
            has_entered = lane.line_up(is_trusted, turn)
        except EngineBusy:
            timer.cancel()
            return False
        if has_entered:
            timer.cancel()
            return start()
        return True

    def _try_enter(self, request: Request) -> bool:
        """Take a short place if one is free for a request of this sort."""
        lane = self._short
        return lane.try_enter(is_trusted=False) or (
            self._known.is_trusted(request) and lane.try_enter(is_trusted=True)
        )

    def _send_at_once(self, request: Request, limit: float) -> Worker | None:
        """An idle worker that now has the request; None if there is none, or it would not take it."""
        worker = self._pool.take_at_once()
        if worker is None:
            return None
        try:
            if worker.send_at_once(request, limit):
                return worker
        except WorkerGone:
            self._pool.retire(worker)
        else:
            self._pool.give(worker)
        return None

    def _hear(self, errand: Errand, done: Callable[[Waiting], None], message: bytes | None) -> None:
        """What a worker said that was asked without waiting, or None when it is late or lost."""
        if message is None:
            done(lambda: self._ask(errand.request, errand.begun, errand.end, errand.limit, errand))
            return
        reply, body = errand.worker.note(message)
        self._known.was_short(errand.request)
        self._dismiss(errand.worker)
        errand.place.leave()
        done(Known((reply, body, errand.asked - errand.begun)))

    def _ask(
        self, request: Request, begun: float, end: float, limit: float, errand: Errand | None = None
    ) -> Outcome:
        """The outcome of a request, or of an errand that has begun and is late. Raises `QueryError`."""
        lane = self._long if self._known.is_long(request) else self._short
        losses = 0
        while True:
            place = errand.place if errand else self._enter(lane, request, end)
            try:
                sent = errand or self._send(request, place, begun, end, limit)
                reply, body = self._conclude(sent, is_late=errand is not None)
            except Displaced:
                lane = self._long
            except FamilyLost:
                losses += 1
                if losses > self._settings.processes:
                    raise EngineDown() from None
            else:
                return reply, body, sent.asked - begun
            finally:
                place.leave()
            errand = None

    def _enter(self, lane: Lane, request: Request, end: float) -> Place:
        """A place in a lane; half of the time left is kept for the query itself. Raises `EngineBusy`."""
        if not lane.try_enter(is_trusted=False):
            is_trusted = lane is self._short and self._known.is_trusted(request)
            longest = (end - time.monotonic()) / 2
            lane.enter(
                longest if lane is self._long else min(longest, self._settings.queue_seconds), is_trusted
            )
        return Place(lane)

    def _send(self, request: Request, place: Place, begun: float, end: float, limit: float) -> Errand:
        """The request on its way to a worker; workers found to have ended are replaced."""
        while True:
            now = time.monotonic()
            worker = self._pool.take((end - now) / 2)
            try:
                worker.send(request, max(end - now, 0.001))
            except WorkerGone:
                self._pool.retire(worker)
            else:
                return Errand(request, worker, place, begun, now, end, limit)

    def _conclude(self, errand: Errand, is_late: bool) -> tuple[Reply, bytes]:
        """The reply of a worker, which is then idle again, or replaced; one that is late was silent before.

        Raises `QueryError`, `Displaced`, `FamilyLost`.
        """
        worker, request, end = errand.worker, errand.request, errand.end
        outcome: tuple[Reply, bytes] | None = None
        status: int | None = 0
        try:
            outcome = worker.receive() if not is_late else worker.receive_at_once()
            rounds = 0
            while outcome is None and self._is_held_up(worker, request, rounds) and time.monotonic() < end:
                rounds += 1
                outcome = worker.receive()
            if outcome is None:
                self._known.was_long(request)
                if errand.place.lane is not self._long and not errand.place.move(self._long):
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
            else:
                self._dismiss(worker)
        if outcome is not None:
            return outcome
        now = time.monotonic()
        if status is None or (status == -signal.SIGKILL and now - errand.asked < AT_ONCE):
            raise FamilyLost("the worker, or its parent, was ended from outside")
        raise _loss(status, errand.limit, is_late=now >= end)

    def _dismiss(self, worker: Worker) -> None:
        """Let a worker that has answered be idle, or be replaced."""
        settings = self._settings
        if (
            worker.is_slowed
            or worker.asked >= settings.queries_per_worker
            or worker.grown > settings.worker_memory_mark
        ):
            self._pool.retire(worker)
        else:
            self._pool.give(worker)

    def _is_held_up(self, worker: Worker, request: Request, rounds: int) -> bool:
        """Whether the machine is busy, rather than the query long: it had the processor for too short a time.

        A query that was short before is so again, however long it has to wait for the processor.
        """
        if self._known.is_short(request):
            return worker.spent() < self._settings.short_seconds
        return rounds < HELD_UP and worker.spent() < self._settings.short_seconds / 2


def _refuse(lane: Lane) -> Outcome:
    raise lane.busy()


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
