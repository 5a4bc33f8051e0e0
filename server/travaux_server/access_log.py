"""One line per request, on standard error, with nothing in it that could pass for another line."""

from __future__ import annotations

import sys
import time

from flask import Flask, Response, g, request

LONGEST_TARGET = 500


def log_requests(app: Flask) -> None:
    """Write a line per request of `app`: time, client, method, target, status, bytes, milliseconds."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        milliseconds = (time.perf_counter() - g.get("begun", time.perf_counter())) * 1000
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        target = request.environ.get("REQUEST_URI") or request.full_path
        line = (
            f"{moment} {request.remote_addr or '-'} {request.method} {printable(target)}"
            f" {response.status_code} {response.content_length or 0} {milliseconds:.1f}ms\n"
        )
        sys.stderr.write(line)
        return response


def printable(text: str) -> str:
    """The text, shortened, in printable ASCII: everything else is written as an escape."""
    short = text if len(text) <= LONGEST_TARGET else text[:LONGEST_TARGET] + "…"
    return short.encode("unicode_escape").decode("ascii")
