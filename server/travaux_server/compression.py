"""Bodies compressed on the way, for clients that can read that."""

from __future__ import annotations

import gzip

from flask import Response, request

LEAST_BYTES = 1_000
"""Shorter bodies are not worth it."""
LEVEL = 6


def compress(response: Response) -> None:
    """Compress a whole body with gzip if the client accepts that; call it before the ETag is made."""
    response.headers["Vary"] = ", ".join({**dict.fromkeys(response.vary), "Accept-Encoding": None})
    body = response.get_data()
    if len(body) >= LEAST_BYTES and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
