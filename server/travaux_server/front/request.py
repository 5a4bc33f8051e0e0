"""A request, read whole, and the environment in which WSGI (PEP 3333) passes it on."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

APART = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
"""Headers whose names WSGI gives without `HTTP_`."""
FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip")
"""Beginnings of headers that only proxies send, and that are never passed on."""


@dataclass(frozen=True)
class Place:
    """Where a front listens; `prefix` is the path under which the application is mounted, or empty."""

    host: str
    port: int
    prefix: str = ""


@dataclass
class Request:
    """A request: names of headers are in small letters, repeated ones joined; `client` is an address.

    `raw` are the very bytes of the request, if they came in one piece and nothing else came with them.
    """

    method: str = ""
    target: bytes = b""
    version: str = "1.1"
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: list[bytes] = field(default_factory=list)
    client: str = ""
    forwarded: str = ""
    keep_alive: bool = True
    begun: float = 0.0
    raw: bytes | None = None

    def add_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        before = self.headers.get(name)
        joint = b"; " if name == b"cookie" else b", "
        self.headers[name] = value if before is None else before + joint + value

    def environment(self, place: Place) -> dict[str, Any]:
        """The WSGI environment, without headers named with an underscore, which could pass for others."""
        path, _, query = self.target.partition(b"?")
        if not path.startswith(b"/"):
            path = _path_of_absolute(path)
        if place.prefix and (path + b"/").startswith(place.prefix.encode() + b"/"):
            path = path[len(place.prefix) :]
        if b"%" in path:
            path = unquote_to_bytes(path)
        body = self.body[0] if len(self.body) == 1 else b"".join(self.body)
        environment: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": place.prefix,
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "REQUEST_URI": self.target.decode("latin-1"),
            "SERVER_NAME": place.host,
            "SERVER_PORT": str(place.port),
            "SERVER_PROTOCOL": "HTTP/" + self.version,
            "REMOTE_ADDR": self.client,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            if b"_" not in name and not name.startswith(FORWARDED):
                key = APART.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
                environment[key] = value.decode("latin-1")
        if environment.pop("HTTP_TRANSFER_ENCODING", None) is not None or body:
            environment["CONTENT_LENGTH"] = str(len(body))
        return environment


def _path_of_absolute(target: bytes) -> bytes:
    """The path of a target in absolute form (RFC 9112, 3.2.2); `*` and what is no target stay as they are."""
    _, mark, rest = target.partition(b"://")
    return b"/" + rest.partition(b"/")[2] if mark else target
