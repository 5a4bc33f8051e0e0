"""The handle by which the threads of the server ask their queries."""

from __future__ import annotations

import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Event, Lock, Thread
from types import TracebackType

from travaux_build.errors import TravauxError
from travaux_build.release import Release
from travaux_server.engine.answer import SOLUTIONS_JSON, Answer, Term, rows_of
from travaux_server.engine.diagnosis import diagnose
from travaux_server.engine.dispatch import Dispatch
from travaux_server.engine.errand import Known, Outcome, Waiting
from travaux_server.engine.errors import (
    EngineDown,
    MalformedQuery,
    NotRepresentable,
    QueryError,
    QueryRefused,
    QueryTooCostly,
)
from travaux_server.engine.family import Family, FamilyLost
from travaux_server.engine.figures import Figures
from travaux_server.engine.messages import Reply, Request
from travaux_server.engine.pool import Pool
from travaux_server.engine.store import source_of
from travaux_server.settings import Settings

TURTLE = "text/turtle"
LONGEST_PAUSE = 5.0
"""Seconds between attempts to start a parent that keeps failing, at most."""
Result = Callable[[], Answer]
"""Gives an answer, or raises `QueryError`."""


class _MustWait(TravauxError):
    """Raised when something would have to be waited for."""


def _wait(_text: str) -> bytes:
    raise _MustWait("the figures are not at hand")


class Engine:
    """Evaluates queries over one release in worker processes; every method may be called from any thread.

    Start it before asking, close it after; as a context manager it does both.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self.settings = settings
        self._pool = Pool(settings.processes)
        self._dispatch = Dispatch(settings, self._pool)
        self._figures = Figures(release.manifest)
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
        """Load the release and start the workers; returns when one answers. Raises `EngineDown`."""
        self._keeper.start()
        self._pool.start()
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
        self._pool.close()
        self._dispatch.close()

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
        request = self._request(text, solutions, graph, default_graphs, named_graphs, rows)
        limit = self._limit(timeout)
        quick = self._quicken(request, partial(self._count, request, limit))
        return self._conclude(request, quick, limit, partial(self._dispatch.ask, quick, limit))

    def begin(
        self,
        text: str,
        *,
        solutions: str,
        graph: str,
        default_graphs: tuple[str, ...] | None,
        named_graphs: tuple[str, ...] | None,
        timeout: float | None,
        loop: AbstractEventLoop,
        done: Callable[[Result, bool], None],
    ) -> bool:
        """Begin what `evaluate` does without waiting for anything; False, and nothing done, if one must wait.

        For the thread of `loop`, in which `done` is called later: with a function that gives the answer, or
        raises, and with whether that takes time; then it is to be called in another thread.
        """
        request = self._request(text, solutions, graph, default_graphs, named_graphs, None)
        limit = self._limit(timeout)
        try:
            quick = self._quicken(request, _wait)
        except _MustWait:
            return False

        def hear(outcome: Waiting) -> None:
            is_known = isinstance(outcome, Known) and not outcome.outcome[0].fault
            done(lambda: self._conclude(request, quick, limit, outcome), not is_known)

        return self._dispatch.begin(quick, limit, loop, hear)

    def _limit(self, timeout: float | None) -> float:
        deadline = self.settings.deadline
        return deadline if timeout is None else min(timeout, deadline)

    def _request(
        self,
        text: str,
        solutions: str,
        graph: str,
        default_graphs: tuple[str, ...] | None,
        named_graphs: tuple[str, ...] | None,
        rows: int | None,
    ) -> Request:
        settings = self.settings
        return Request(
            text,
            solutions,
            graph,
            default_graphs,
            named_graphs,
            settings.answer_bytes,
            settings.answer_rows,
            excerpt=rows,
        )

    def _quicken(self, request: Request, count: Callable[[str], bytes]) -> Request:
        """A request with the same answer that takes less, or the same request. Raises what `count` raises."""
        if request.default_graphs is not None or request.named_graphs is not None:
            return request
        text = self._figures.apply(request.text, count)
        return request if text is request.text else replace(request, text=text)

    def _conclude(self, request: Request, quick: Request, limit: float, outcome: Waiting) -> Answer:
        """The answer to a request that another with the same answer was asked in place of."""
        if quick is not request:
            with suppress(MalformedQuery):
                return self._answer(quick, outcome())
            return self._answer(request, self._dispatch.ask(request, limit))
        return self._answer(request, outcome())

    def _answer(self, request: Request, outcome: Outcome) -> Answer:
        reply, body, queued = outcome
        if reply.fault:
            raise self._fault(request.text, reply)
        return Answer(
            kind=reply.kind,
            media_type=request.graph if reply.kind == "graph" else request.solutions,
            body=body,
            release=self.release.manifest.version,
            seconds=reply.seconds,
            queued=queued,
            serialized=reply.serialized,
            total=reply.total,
        )

    def _count(self, request: Request, limit: float, text: str) -> bytes:
        """The answer in JSON to one of the queries whose answers are kept as figures."""
        asked = replace(request, text=text, solutions=SOLUTIONS_JSON, excerpt=None)
        return self._answer(asked, self._dispatch.ask(asked, limit)).body

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

    @property
    def is_idle(self) -> bool:
        """Whether nobody has borrowed the engine now."""
        with self._lock:
            return self._borrowed == 0

    def retire(self) -> None:
        """Lend the engine to nobody any more, and close it when the last borrower has given it back."""
        with self._lock:
            self._retired = True
        while self._borrowed and not self._closing.wait(0.05):
            pass
        self.close()

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
            self._pool.forget(family)

    def _start_family(self) -> Family:
        """A parent and its workers. Raises `EngineDown`, `FamilyLost`, or `OSError` if the data are gone."""
        self._family = family = Family(source_of(self.release, self.settings), self.settings.short_seconds)
        try:
            self._pool.adopt(family)
        except FamilyLost:
            family.close()
            raise
        return family
