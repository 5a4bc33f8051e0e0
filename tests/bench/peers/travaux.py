"""Our own server, as `travaux serve` starts it: without its cache of answers, and with it."""

from __future__ import annotations

import http.client
import subprocess
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
    """Every answer is worked out: with the cache off, or else by asking something new each time."""

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
        return [_travaux(), "serve", *place, *self._options, *self.settings()]

    def settings(self) -> list[str]:
        """Options beyond those given, as far as this version of the server has them."""
        if not _has_option(NO_CACHE[0]):
            self.is_distinct = True
            return _known(NO_LIMIT)
        return [*_known(NO_LIMIT), *NO_CACHE]


class Cached(Uncached):
    """The same question is asked again and again. Unavailable if the server does not keep its answers."""

    name = "travaux-cached"
    title = "our endpoint, identical requests"

    def settings(self) -> list[str]:
        return _known(NO_LIMIT)

    def start(self) -> float:
        seconds = super().start()
        query = Query("kept", "SELECT (1 AS ?one) {}")
        self.ask(query)
        if not self._is_kept(query):
            self.stop()
            raise Unavailable("this version of the server keeps no answers")
        return seconds

    def _is_kept(self, query: Query) -> bool:
        """Whether the server says that an answer comes from its cache (Server-Timing)."""
        target = self.target(query)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", target.path, headers={"Accept": target.accept})
            return "cache" in (connection.getresponse().getheader("Server-Timing") or "")


def _travaux() -> str:
    return program(Path(sys.executable).with_name("travaux"))


def _known(option: tuple[str, str]) -> list[str]:
    return [*option] if _has_option(option[0]) else []


def _has_option(name: str) -> bool:
    shown = subprocess.run([_travaux(), "serve", "--help"], capture_output=True, text=True, check=True)
    return f"{name} " in shown.stdout
