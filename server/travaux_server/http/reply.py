"""A reply: status, headers and body, before it is known through what it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True)
class Reply:
    """A whole reply. It can be sent as WSGI sends it, or be made a response of Flask."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def send(self, environment: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The reply to a WSGI server; without its body where HTTP has none."""
        headers = list(self.headers)
        if self.status != 304:
            headers.append(("Content-Length", str(len(self.body))))
        start_response(LINES[self.status], headers)
        return [] if environment["REQUEST_METHOD"] == "HEAD" else [self.body]

    def response(self) -> Response:
        """The reply as a response of Flask."""
        response = Response(self.body, self.status)
        del response.headers["Content-Type"]
        response.headers.extend(self.headers)
        return response
