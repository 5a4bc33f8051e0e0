"""A file as a reply: whole, the part of it that is asked for, or the word that the client has it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.http import is_resource_modified, unquote_etag

from travaux_build.errors import ReleaseError
from travaux_server.front import Stretch
from travaux_server.http.ranges import Span, Unsatisfiable, span_of
from travaux_server.http.reply import LINES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

OF_A_BODY = ("Content-Type", "Content-Encoding")
"""Headers that 304 leaves out (RFC 9110, section 15.4.5)."""
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sendable:
    """A regular file of so many bytes; its `tag` changes with them, and its replies have the `headers`."""

    path: Path
    bytes: int
    tag: str
    modified: str
    headers: Headers


@dataclass(frozen=True)
class FileReply:
    """Status and headers, and the bytes to be sent, if any."""

    status: int
    headers: Headers
    body: Stretch | None = None

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """The reply to a WSGI server."""
        start_response(LINES[self.status], list(self.headers))
        return self.body or []

    def response(self) -> Response:
        """The reply as a response of Flask."""
        response = Response(self.body, self.status, direct_passthrough=True)
        response.headers.clear()
        response.headers.extend(self.headers)
        return response


def reply_with(file: Sendable, environment: dict[str, Any]) -> FileReply:
    """The reply to a GET or HEAD (RFC 9110, 13 and 14). Raises `ReleaseError` if the file is damaged."""
    common = (
        *file.headers,
        *(("ETag", f'"{file.tag}"'), ("Last-Modified", file.modified), ("Accept-Ranges", "bytes")),
    )
    if not is_resource_modified(environment, file.tag, last_modified=file.modified):
        bare = tuple(pair for pair in common if pair[0] not in OF_A_BODY)
        is_other = "HTTP_IF_MATCH" in environment
        return FileReply(412, (*bare, ("Content-Length", "0"))) if is_other else FileReply(304, bare)
    whole = Span(0, file.bytes)
    if environment["REQUEST_METHOD"] == "HEAD":
        return FileReply(200, (*common, ("Content-Length", str(file.bytes))))
    try:
        part = span_of(environment["HTTP_RANGE"], file.bytes) if _is_part_meant(file, environment) else None
    except Unsatisfiable:
        return FileReply(416, (*common, ("Content-Range", f"bytes */{file.bytes}"), ("Content-Length", "0")))
    span = part or whole
    headers: Headers = (*common, ("Content-Length", str(span.end - span.start)))
    if part:
        headers = (*headers, ("Content-Range", f"bytes {span.start}-{span.end - 1}/{file.bytes}"))
    return FileReply(206 if part else 200, headers, Stretch(_open(file), span.start, span.end))


def _open(file: Sendable) -> int:
    """The file, opened; not what a link in its place leads to, and not one of another length."""
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ReleaseError(f"{file.path.name} cannot be read: {error.strerror}") from error
    state = os.fstat(handle)
    if stat.S_ISREG(state.st_mode) and state.st_size == file.bytes:
        return handle
    os.close(handle)
    raise ReleaseError(f"{file.path.name} is damaged; restore it from a copy")


def _is_part_meant(file: Sendable, environment: dict[str, Any]) -> bool:
    """Whether there is a Range, and If-Range does not say that it is of other bytes (section 13.1.5)."""
    condition = environment.get("HTTP_IF_RANGE", "")
    if "HTTP_RANGE" not in environment or not condition:
        return "HTTP_RANGE" in environment
    if '"' in condition:
        tag, is_weak = unquote_etag(condition)
        return not is_weak and tag == file.tag
    return bool(condition == file.modified)
