"""What a client asks of the SPARQL endpoint, as HTTP brings it: method, headers and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from travaux_server.problems import BadRequest


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
    """The request with this WSGI environment; its body is read. Raises `BadRequest` for one too long."""
    get = environment.get
    body = b""
    if environment["REQUEST_METHOD"] == "POST":
        try:
            body = get_input_stream(dict(environment), max_content_length=body_bytes).read()
        except RequestEntityTooLarge as error:
            detail = f"the body has more than {body_bytes:,} bytes"
            raise BadRequest(detail, "send a shorter query", 413) from error
    return Asked(
        method=environment["REQUEST_METHOD"],
        query_string=get("QUERY_STRING", ""),
        accept=get("HTTP_ACCEPT", ""),
        accept_encoding=get("HTTP_ACCEPT_ENCODING", ""),
        if_none_match=get("HTTP_IF_NONE_MATCH", ""),
        content_type=get("CONTENT_TYPE", ""),
        content_encoding=get("HTTP_CONTENT_ENCODING", ""),
        body=body,
    )
