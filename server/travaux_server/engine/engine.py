"""The handle by which the threads of the server ask their queries."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from threading import Event, Lock, Thread
from types import TracebackType

from travaux_build.release import Release
from travaux_server.engine.answer import SOLUTIONS_JSON, Answer, Term, rows_of
from travaux_server.engine.diagnosis import diagnose
from travaux_server.engine.errors import (
    EngineDown,
    NotRepresentable,
    QueryError,
    QueryRefused,
    QueryTimedOut,
    QueryTooCostly,
)
from travaux_server.engine.family import Family, FamilyLost, Worker, WorkerLost
from travaux_server.engine.messages import Reply, Request, Source
from travaux_server.engine.pool import Pool
from travaux_server.settings import Settings

TURTLE = "text/turtle"
AT_ONCE = 0.05
"""Seconds within which a worker that is killed has not deserved it: its query is asked once more."""
LONGEST_PAUSE = 5.0
"""Seconds between attempts to start a parent that keeps failing, at most."""


class Engine:
    """Evaluates queries over one release in worker processes; every method may be called from any thread.

    Start it before asking, close it after; as a context manager it does both.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self.settings = settings
        self._pool = Pool(settings.queue)
        self._started = Event()
        self._closing = Event()
        self._failure: EngineDown | None = None
        self._family: Family | None = None
        self._keeper = Thread(target=self._keep, name="engine", daemon=True)
        self._lock = Lock()
        self._borrowed = 0
        self._retired = False

    def __enter__(self) -> Engine:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Load the release and start the workers; returns when they answer. Raises `EngineDown`."""
        self._keeper.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """End all processes of the engine; queries that are being evaluated fail."""
        self._closing.set()
        family = self._family
        if family is not None:
            family.close()
        if self._keeper.is_alive():
            self._keeper.join()

    @property
    def workers(self) -> int:
        """How many workers answer; 0 while the engine is down."""
        return self._pool.workers

    @property
    def parent(self) -> int:
        """Process id of the parent of the workers; 0 while there is none."""
        family = self._family
        return family.process if family else 0

    def evaluate(
        self,
        text: str,
        *,
        solutions: str,
        graph: str,
        default_graphs: tuple[str, ...] | None = None,
        named_graphs: tuple[str, ...] | None = None,
        timeout: float | None = None,
        rows: int | None = None,
    ) -> Answer:
        """The whole answer to a SPARQL 1.1 query.

        `solutions` is the media type wanted for SELECT and ASK, `graph` the one for CONSTRUCT and DESCRIBE.
        With `default_graphs` or `named_graphs` given, they are the dataset (SPARQL 1.1 Protocol, 2.1.4);
        with neither, the query's own FROM clauses are, or else the union of all graphs and each by its name.
        The prefixes of the release need no PREFIX in the query. `timeout` in seconds may lower the deadline.
        With `rows`, a SELECT is answered in JSON by its first rows, and `Answer.total` counts all of them.
        Raises `QueryError`, whose subclasses say why there is no answer.
        """
        deadline = self.settings.deadline
        end = time.monotonic() + (deadline if timeout is None else min(timeout, deadline))
        lost = False
        while True:
            worker = self._pool.take(min(self.settings.queue_seconds, (end - time.monotonic()) / 2))
            seconds = max(end - time.monotonic(), 0.001)
            request = Request(
                text=text,
                solutions=solutions,
                graph=graph,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
                seconds=seconds,
                answer_bytes=self.settings.answer_bytes,
                rows=rows,
            )
            try:
                reply, body = self._ask(worker, request)
            except FamilyLost:
                if lost:
                    raise EngineDown() from None
                lost = True
                continue
            if reply.fault:
                raise self._fault(text, reply)
            return Answer(
                kind=reply.kind,
                media_type=reply.media_type,
                body=body,
                release=self.release.manifest.version,
                seconds=reply.seconds,
                total=reply.total,
            )

    def rows(self, text: str) -> list[dict[str, Term]]:
        """The rows of a SELECT query of our own, unbound variables left out. Raises as `evaluate` does."""
        return rows_of(self.evaluate(text, solutions=SOLUTIONS_JSON, graph=TURTLE).body)

    def borrow(self) -> bool:
        """Keep the engine from closing until `give_back`; False when it was already retired."""
        with self._lock:
            if self._retired:
                return False
            self._borrowed += 1
            return True

    def give_back(self) -> None:
        """End what `borrow` began."""
        with self._lock:
            self._borrowed -= 1

    def retire(self) -> None:
        """Lend the engine to nobody any more, and close it when the last borrower has given it back."""
        with self._lock:
            self._retired = True
        while self._borrowed and not self._closing.wait(0.05):
            pass
        self.close()

    def _ask(self, worker: Worker, request: Request) -> tuple[Reply, bytes]:
        """The reply of a worker, which is then free again, or replaced. Raises `QueryError`, `FamilyLost`."""
        outcome: tuple[Reply, bytes] | None = None
        status: int | None = 0
        begun = time.monotonic()
        try:
            with suppress(WorkerLost):
                outcome = worker.ask(request)
        finally:
            if outcome is None or self._is_worn(worker):
                status = self._pool.replace(worker)
            else:
                self._pool.give(worker)
        if outcome is not None:
            return outcome
        elapsed = time.monotonic() - begun
        if status is None or (status == -signal.SIGKILL and elapsed < AT_ONCE):
            raise FamilyLost("the worker, or its parent, was ended from outside")
        raise _loss(status, request.seconds, elapsed)

    def _is_worn(self, worker: Worker) -> bool:
        settings = self.settings
        return worker.asked >= settings.queries_per_worker or worker.grown > settings.worker_memory_mark

    def _fault(self, text: str, reply: Reply) -> QueryError:
        if reply.fault == "refused":
            return QueryRefused(reply.message, reply.hint)
        if reply.fault == "costly":
            return QueryTooCostly(reply.message, reply.hint)
        if reply.fault == "unrepresentable":
            return NotRepresentable(reply.message, reply.hint)
        prefixes = frozenset(self.release.manifest.prefixes)
        return diagnose(text, prefixes, reply.message, reply.line, reply.column)

    def _keep(self) -> None:
        """Keep a parent and its workers running until the engine closes. The parent dies with this thread."""
        pause = 0.0
        while not self._closing.wait(pause):
            try:
                family = self._start_family()
            except (EngineDown, FamilyLost, OSError) as error:
                if not self._started.is_set():
                    self._failure = EngineDown(str(error))
                    self._started.set()
                    return
                sys.stderr.write(f"the query engine cannot be started: {error}\n")
                pause = min(pause * 2 or 0.1, LONGEST_PAUSE)
                continue
            pause = 0.0
            self._started.set()
            if not self._closing.is_set():
                family.wait()
            family.close()
            self._pool.empty(family)

    def _start_family(self) -> Family:
        """A parent and its workers. Raises `EngineDown`, `FamilyLost`, or `OSError` if the data are gone."""
        self._family = family = Family(self._source())
        try:
            self._pool.fill(family, [family.fork()[0] for _ in range(self.settings.workers)])
        except FamilyLost:
            family.close()
            raise
        return family

    def _source(self) -> Source:
        release = self.release
        return Source(
            dump=str(release.dump),
            store=str(release.store),
            in_memory=release.dump.stat().st_size <= self.settings.memory_store_bytes,
            base=release.manifest.base,
            prefixes=dict(release.manifest.prefixes),
            worker_memory=self.settings.worker_memory,
        )


def _loss(status: int, seconds: float, elapsed: float) -> QueryError:
    """Why a worker that ended with this status after so long did not reply within its seconds."""
    if status == -signal.SIGALRM or elapsed >= seconds:
        return QueryTimedOut(round(seconds, 2))
    if status == -signal.SIGKILL:
        return EngineDown("the query's process was ended from outside")
    return QueryTooCostly(
        "the query needs more memory, or is nested deeper, than one may be",
        "add a LIMIT, sort fewer rows, nest less",
    )
