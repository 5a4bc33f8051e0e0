"""A file as an answer: whole, the part of it that is asked for, or the word that the client has it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, cast

from flask import Response, request
from werkzeug.http import http_date, unquote_etag
from werkzeug.wsgi import wrap_file

from travaux_server.ranges import Span, Unsatisfiable, span_of

PIECE = 256 * 1024
"""Bytes read at a time."""


class Stretch(io.RawIOBase):
    """A part of a file, read as if it were all of it."""

    def __init__(self, path: Path, span: Span) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(span.start)
        self._left = span.end - span.start

    def read(self, size: int = -1, /) -> bytes:
        found = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(found)
        return found

    def close(self) -> None:
        self._file.close()
        super().close()


def send(path: Path, content_type: str, etag: str) -> Response:
    """Answer with a file whose `etag` changes with its bytes (RFC 9110, sections 13 and 14). `OSError`."""
    state = path.stat()
    response = Response(content_type=content_type)
    response.set_etag(etag)
    response.headers["Last-Modified"] = http_date(state.st_mtime)
    response.headers["Accept-Ranges"] = "bytes"
    response.make_conditional(request)
    del response.headers["Date"]  # the front's is the one that stays true
    if response.status_code != 200:
        return response
    span = None
    if request.method == "GET" and _is_range_meant(response):
        try:
            span = span_of(request.headers["Range"], state.st_size)
        except Unsatisfiable:
            response.status_code = 416
            response.headers["Content-Range"] = f"bytes */{state.st_size}"
            return response
    if span is None:
        span = Span(0, state.st_size)
    else:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{state.st_size}"
    response.content_length = span.end - span.start
    if request.method == "GET":
        response.direct_passthrough = True
        response.response = wrap_file(request.environ, cast("IO[bytes]", Stretch(path, span)), PIECE)
    return response


def _is_range_meant(response: Response) -> bool:
    """Whether there is a Range, and If-Range does not say that it is of other bytes (section 13.1.5)."""
    condition = request.headers.get("If-Range", "")
    if "Range" not in request.headers or not condition:
        return "Range" in request.headers
    if '"' in condition:
        tag, is_weak = unquote_etag(condition)
        return not is_weak and tag == response.get_etag()[0]
    return condition == response.headers["Last-Modified"]
