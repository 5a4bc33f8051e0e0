"""What a front serves: an application, and what it must know of it to answer a request a second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STATE = "X-Release"
"""The header that says: this answer depends on nothing but its request and this state of the data."""
OF_THE_MOMENT = frozenset({"ratelimit", "ratelimit-policy", "server-timing"})
"""Headers, in small letters, that are made anew for an answer that is given again."""


def _nothing(_client: str) -> bytes:
    return b""


@dataclass(frozen=True)
class Hosted:
    """A WSGI application, called from several threads, and three things about it.

    `state` names the data being served now; an answer kept under another name is forgotten. `standing` gives
    the header lines that tell a client, named by its address, what it may still ask; None when it may ask
    nothing now. `headers` are those of answers that the front gives by itself.
    """

    application: WSGIApplication
    state: Callable[[], str] = str
    standing: Callable[[str], bytes | None] = _nothing
    headers: tuple[tuple[str, str], ...] = field(default=())
