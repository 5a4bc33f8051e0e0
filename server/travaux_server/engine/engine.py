"""The handle by which the threads of the server ask their queries."""

from __future__ import annotations

from travaux_build.release import Release

from travaux_server.engine.answer import Answer, Term
from travaux_server.engine.errors import EngineDown
from travaux_server.settings import Settings


class Engine:
    """Evaluates queries over one release in worker processes; every method may be called from any thread.

    Start it before asking, close it after; as a context manager it does both.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self.settings = settings

    def evaluate(
        self,
        text: str,
        *,
        solutions: str,
        graph: str,
        default_graphs: tuple[str, ...] | None = None,
        named_graphs: tuple[str, ...] | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """The whole answer to a SPARQL 1.1 query.

        `solutions` is the media type wanted for SELECT and ASK, `graph` the one for CONSTRUCT and DESCRIBE.
        With `default_graphs` or `named_graphs` given, these IRIs are the dataset (SPARQL 1.1 Protocol, 2.1.4);
        with neither, the query's own FROM clauses are, or else the union of all graphs and each by its name.
        The prefixes of the release need no PREFIX in the query. `timeout` in seconds may lower the deadline.
        Raises `QueryError`, whose subclasses say why there is no answer.
        """
        raise EngineDown()

    def rows(self, text: str) -> list[dict[str, Term]]:
        """The rows of a SELECT query of our own, unbound variables left out. Raises as `evaluate` does."""
        raise EngineDown()

    def borrow(self) -> bool:
        """Keep the engine from closing until `give_back`; False when it was already retired."""
        return True

    def give_back(self) -> None:
        """End what `borrow` began."""
