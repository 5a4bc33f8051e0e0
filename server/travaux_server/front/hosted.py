"""What a front serves: an application, and what it must know of it to answer a request a second time."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from travaux_server.front.answer import Answer
from travaux_server.front.request import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STATE = "X-Release"
"""The header that says: this answer depends on nothing but its request and this state of the data."""
OF_THE_MOMENT = frozenset({"ratelimit", "ratelimit-policy", "server-timing"})
"""Headers, in small letters, that are made anew for an answer that is given again."""


class Turn(Protocol):
    """A request whose turn it is to be answered, in the thread of the event loop."""

    def respond(self, answer: Answer) -> None:
        """Send the answer."""

    def hand_over(self, work: Callable[[], Answer]) -> None:
        """Have a thread of the crew work out the answer, and send that."""


def _nothing(_client: str) -> bytes:
    return b""


def _never(_request: Request, _turn: Turn, _loop: AbstractEventLoop) -> bool:
    return False


@dataclass(frozen=True)
class Hosted:
    """A WSGI application, called from several threads, and four things about it.

    `begin` is asked first, in the thread of the loop, which it must not hold up: True if it will answer the
    request, by its turn. `state` names the data being served now; an answer kept under another name is
    forgotten. `standing` gives the header lines that tell a client, named by its address, what it may still
    ask; None when it may ask nothing now. `headers` are those of answers that the front gives by itself.
    """

    application: WSGIApplication
    begin: Callable[[Request, Turn, AbstractEventLoop], bool] = _never
    state: Callable[[], str] = str
    standing: Callable[[str], bytes | None] = _nothing
    headers: tuple[tuple[str, str], ...] = field(default=())
