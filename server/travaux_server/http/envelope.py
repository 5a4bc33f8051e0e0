"""The envelope of every answer: the headers that all have, and the account of the client who asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from travaux_server.http.account import Accounts
from travaux_server.http.cost import Cost
from travaux_server.http.problems import Problem, reply_to

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

EXPOSED = (
    "Link, ETag, Location, Retry-After, Server-Timing, RateLimit, RateLimit-Policy, X-Release, "
    "Memento-Datetime, Accept-Ranges, Content-Range, Content-Encoding"
)
COMMON = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
)
"""Everyone may read everything from any site, without credentials; nobody guesses at media types."""
PAGE = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'",
    ),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
"""Pages have no scripts, and load nothing but our own style and images."""
ALLOWED = (
    ("Access-Control-Allow-Headers", "Accept, Accept-Datetime, Content-Type, If-None-Match, If-Range, Range"),
    ("Access-Control-Max-Age", "86400"),
)
FREE = frozenset({"/health", "/robots.txt"})
"""Paths that are open to those as well who have used up their account."""


class Envelope:
    """A WSGI application around another: adds the common headers, looks at the account, and charges it."""

    def __init__(self, application: WSGIApplication, accounts: Accounts) -> None:
        self._application = application
        self._accounts = accounts

    def __call__(self, environment: dict[str, Any], start_response: StartResponse, /) -> Iterable[bytes]:
        client = environment.get("REMOTE_ADDR", "")
        cost = Cost()
        cost.lie_in(environment)
        accounts = self._accounts
        begun = time.thread_time()

        def start(
            status: str,
            headers: list[tuple[str, str]],
            error: tuple[type[BaseException], BaseException, TracebackType]
            | tuple[None, None, None]
            | None = None,
            /,
        ) -> Callable[[bytes], object]:
            accounts.charge(client, cost.seconds + time.thread_time() - begun)
            full = [*headers, *_common(environment, headers), *accounts.headers(accounts.standing(client))]
            return start_response(status, full, error) if error else start_response(status, full)

        standing = accounts.standing(client)
        if not standing.is_open and environment["PATH_INFO"] not in FREE:
            problem = Problem(
                429,
                "Too Many Requests",
                f"the work done for you in the last minute exceeds {accounts.policy}",
                f"try again in {standing.wait} s, ask for less, or download the data",
                retry_after=standing.wait,
            )
            return reply_to(problem).send(environment, start)
        return self._application(environment, start)


def _common(environment: dict[str, Any], headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    given = {name.lower(): value for name, value in headers}
    added = [*COMMON, *(pair for pair in PAGE if pair[0].lower() not in given)]
    if environment["REQUEST_METHOD"] == "OPTIONS":
        added.append(("Access-Control-Allow-Methods", given.get("allow", "GET, HEAD, OPTIONS")))
        added.extend(ALLOWED)
    return added
