"""What a client asks of the SPARQL endpoint, as HTTP brings it: method, headers and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wsgi import get_input_stream

from travaux_server.http.problems import BadRequest


@dataclass(frozen=True)
class Asked:
    """A request; headers that were not sent are empty."""

    method: str
    query_string: str
    """As sent, its characters standing for bytes."""
    accept: str
    accept_encoding: str
    if_none_match: str
    content_type: str
    content_encoding: str
    body: bytes


def asked_in(environment: Mapping[str, Any], body_bytes: int) -> Asked:
    """The request with this WSGI environment; its body is read whole. Raises `BadRequest` if it cannot be."""
    get = environment.get
    return Asked(
        method=environment["REQUEST_METHOD"],
        query_string=get("QUERY_STRING", ""),
        accept=get("HTTP_ACCEPT", ""),
        accept_encoding=get("HTTP_ACCEPT_ENCODING", ""),
        if_none_match=get("HTTP_IF_NONE_MATCH", ""),
        content_type=get("CONTENT_TYPE", ""),
        content_encoding=get("HTTP_CONTENT_ENCODING", ""),
        body=_body(environment, body_bytes) if environment["REQUEST_METHOD"] == "POST" else b"",
    )


def _body(environment: Mapping[str, Any], body_bytes: int) -> bytes:
    stated = environment.get("CONTENT_LENGTH") or ""
    length = int(stated) if stated.isdecimal() else None
    if length is None:
        body: bytes = get_input_stream(dict(environment)).read(body_bytes + 1)
    elif length <= body_bytes:
        body = environment["wsgi.input"].read(length)
        if len(body) != length:
            raise BadRequest(f"{len(body):,} bytes of the body came, not {length:,}", "send it whole")
    if (length or len(body)) > body_bytes:
        raise BadRequest(f"the body has more than {body_bytes:,} bytes", "send a shorter query", 413)
    return body
