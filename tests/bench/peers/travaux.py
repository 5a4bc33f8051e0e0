"""Our own server, as `travaux serve` starts it: without its cache of answers, and with it."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from ..queries import Query
from .peer import HttpPeer, Unavailable, program

NO_LIMIT = ("--work-per-minute", "0")
"""All clients of a benchmark come from one address, which the server would hold to the share of one."""
NO_CACHE = ("--cache-bytes", "0")


class Uncached(HttpPeer):
    """Every answer is worked out, of a text that is the same each time, as the others get it."""

    name = "travaux"
    title = "our endpoint, every answer worked out"

    def __init__(self, options: Sequence[str] = ()) -> None:
        super().__init__()
        self._options = tuple(options)

    def version(self) -> str:
        return version("travaux")

    def command(self) -> list[str]:
        assert self.dataset
        place = ["--releases", str(self.dataset.releases), "--host", "127.0.0.1", "--port", str(self.port)]
        return [_travaux(), "serve", *place, *self._options, *NO_LIMIT, *self.settings()]

    def settings(self) -> Sequence[str]:
        """Options beyond those given."""
        return NO_CACHE


class Distinct(Uncached):
    """Each request has a text that was never asked before: nothing known of a text is of use again."""

    name = "travaux-new"
    title = "our endpoint, no text asked twice"
    is_distinct = True

    def settings(self) -> Sequence[str]:
        return ()


class Cached(Uncached):
    """The same question is asked again and again. Unavailable if the server does not keep its answers."""

    name = "travaux-cached"
    title = "our endpoint, identical requests"

    def settings(self) -> Sequence[str]:
        return ()

    def start(self) -> float:
        seconds = super().start()
        query = Query("kept", "SELECT (1 AS ?one) {}")
        self.ask(query)
        if not self._is_kept(query):
            self.stop()
            raise Unavailable("the server keeps no answers")
        return seconds

    def _is_kept(self, query: Query) -> bool:
        """Whether the server says that an answer comes from its cache (Server-Timing)."""
        target = self.target(query)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", target.path, headers={"Accept": target.accept})
            return "cache" in (connection.getresponse().getheader("Server-Timing") or "")


def _travaux() -> str:
    return program(Path(sys.executable).with_name("travaux"))
