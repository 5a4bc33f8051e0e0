"""The gateway to WSGI (PEP 3333): calls an application and makes an answer of what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from travaux_server.front.answer import Answer, answer_with, cut
from travaux_server.front.stretch import Stretch

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WHOLE = 1024 * 1024
"""Answers of up to so many bytes are taken whole; longer ones piece by piece, as the client takes them."""


def call(application: WSGIApplication, environment: dict[str, Any]) -> Answer:
    """The application's answer, less its date, which is the front's to state (RFC 9110, 6.6.1).

    A longer one must state its length, and must not wait between its pieces.
    """
    status = ""
    headers: list[tuple[str, str]] = []
    written: list[bytes] = []

    def start_response(
        given_status: str,
        given_headers: list[tuple[str, str]],
        error: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
    ) -> Callable[[bytes], object]:
        nonlocal status, headers
        if error is not None and error[1] is not None and written:
            raise error[1]
        status = given_status
        headers = [pair for pair in given_headers if pair[0].lower() != "date"]
        return written.append

    result = application(environment, start_response)
    if isinstance(result, Stretch):
        return answer_with(result, int(status[:3]), headers)
    close = cast("Callable[[], None] | None", getattr(result, "close", None))
    parts: Iterable[bytes] = result
    first = b""
    if not status:
        parts = iter(result)
        first = next(parts, b"")
    stated = next((value for name, value in headers if name.lower() == "content-length"), "")
    code = int(status[:3])
    if written or not stated or int(stated) <= WHOLE:
        body = b"".join([*written, first, *parts])
        if close is not None:
            close()
        if not stated and code >= 200 and code not in (204, 304):
            headers = [*headers, ("Content-Length", str(len(body)))]
        return Answer(code, headers, body)
    answer = Answer(code, headers, pieces=cut(parts if not first else [first, *parts]))
    if close is not None:
        answer.close = close
    return answer
