"""The reception: cuts what a client sends into requests, and refuses what is no request or too long a one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from travaux_server.front.limits import Limits
from travaux_server.front.request import Request

WITH_BODY = ("POST", "PUT", "PATCH")
"""Methods whose request says how long its body is, or is refused."""


@dataclass
class Held:
    """How many bytes of bodies a front holds that are still being received."""

    bytes: int = 0


@dataclass(frozen=True)
class Refused:
    """Why a request is not read: the status to answer, and the reason."""

    status: int
    detail: str


class Reception:
    """Reads one connection: fed with bytes, it returns the requests that are complete.

    `stage` says what it is reading: `idle` (nothing), `head`, or `body`.

    After `refused` is set, or when `is_over`, it is to be fed no more.
    """

    def __init__(self, limits: Limits, held: Held, go_on: Callable[[], None]) -> None:
        """`go_on` is called when a client waits for a sign before it sends its body."""
        self._limits = limits
        self._held = held
        self._go_on = go_on
        self._parser = HttpRequestParser(self)
        self._complete: list[Request] = []
        self._request = Request()
        self._head_bytes = 0
        self._head_bytes_fed = 0
        """Of a head that came in several pieces, less the first: its lines are seen only when they end."""
        self._body_bytes = 0
        self.stage = "idle"
        self.is_over = False
        self.refused: Refused | None = None

    def feed(self, data: bytes) -> list[Request]:
        """The requests that are complete now, in order."""
        is_fresh = self.stage == "idle"
        if self.stage == "head":
            self._head_bytes_fed += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.is_over = True
        except HttpParserCallbackError as error:
            if not isinstance(error.__context__, _Refusal):
                raise
        except HttpParserError as error:
            self._refuse(400, f"this is no HTTP/1.1 request: {error}")
        if self.stage == "head" and self._head_bytes_fed > self._limits.head_bytes:
            self._refuse(431, self._head_too_long())
        complete, self._complete = self._complete, []
        if self.is_over and complete:
            complete[-1].keep_alive = False
        if is_fresh and len(complete) == 1 and self.stage == "idle" and data.endswith(b"\r\n\r\n"):
            complete[0].raw = data
        return complete

    def close(self) -> None:
        """Count the bytes of an unfinished body no more."""
        self._held.bytes -= self._body_bytes
        self._body_bytes = 0

    def on_message_begin(self) -> None:
        self._request = Request()
        self._head_bytes = self._head_bytes_fed = 0
        self.stage = "head"

    def on_url(self, part: bytes) -> None:
        self._request.target += part
        self._count(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        if name.lower() == b"host" and b"host" in self._request.headers:
            self._stop(400, "the request has two Host headers")
        self._request.add_header(name, value)

    def on_headers_complete(self) -> None:
        request = self._request
        request.method = self._parser.get_method().decode("ascii")
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        self.stage = "body"
        headers = request.headers
        if request.version not in ("1.0", "1.1"):
            self._stop(505, "this server speaks HTTP/1.1")
        if request.version == "1.1" and b"host" not in headers:
            self._stop(400, "the request has no Host header")
        if b"transfer-encoding" in headers and headers[b"transfer-encoding"].lower() != b"chunked":
            self._stop(501, "the only transfer coding read here is chunked")
        length = headers.get(b"content-length")
        if length is not None and int(length) > self._limits.body_bytes:
            self._stop(413, self._too_long())
        if request.method in WITH_BODY and length is None and b"transfer-encoding" not in headers:
            self._stop(411, "the request does not say how long its body is")
        if headers.get(b"expect", b"").lower() == b"100-continue":
            self._go_on()

    def on_body(self, part: bytes) -> None:
        self._body_bytes += len(part)
        self._held.bytes += len(part)
        if self._body_bytes > self._limits.body_bytes:
            self._stop(413, self._too_long())
        if self._held.bytes > self._limits.bodies_bytes:
            self._stop(503, "too many bodies are being sent at a time")
        self._request.body.append(part)

    def on_message_complete(self) -> None:
        self.close()
        self.stage = "idle"
        self._complete.append(self._request)

    def _too_long(self) -> str:
        return f"the body has more than {self._limits.body_bytes:,} bytes"

    def _head_too_long(self) -> str:
        return f"the head has more than {self._limits.head_bytes:,} bytes"

    def _count(self, length: int) -> None:
        self._head_bytes += length
        if self._head_bytes > self._limits.head_bytes:
            self._stop(431, self._head_too_long())

    def _refuse(self, status: int, detail: str) -> None:
        self.refused = self.refused or Refused(status, detail)

    def _stop(self, status: int, detail: str) -> None:
        self._refuse(status, detail)
        raise _Refusal


class _Refusal(Exception):
    """Raised to have the parser stop at once; the reason is in `Reception.refused`."""
