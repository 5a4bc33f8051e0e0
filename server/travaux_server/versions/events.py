"""The event stream over HTTP: its root, and pages that never change."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from travaux_server.http.negotiate import N_TRIPLES, TURTLE
from travaux_server.resources.linked_data import addresses, choose, send
from travaux_server.service import current_service
from travaux_server.versions.event_stream import page, pages_of, root
from travaux_server.versions.kept_changes import consecutive

blueprint = Blueprint("events", __name__)
FORMATS = (TURTLE, N_TRIPLES)
"""Turtle holds N-Triples, so that both are the same lines."""


@blueprint.get("/ldes")
def stream() -> Response:
    """The root node: what the stream is, and where its pages are."""
    return _sent(root(current_service()), "ldes")


@blueprint.get("/ldes/<version>/<int:number>")
def fragment(version: str, number: int) -> Response:
    """A page of the members that a release made."""
    for old, new in consecutive(current_service()):
        if new.manifest.version == version and 1 <= number <= pages_of(old, new):
            response = _sent(page(old, new, number), f"ldes/{version}/{number}")
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
    raise NotFound(f"the event stream has no page {number} of release {version}")


def _sent(lines: list[str], path: str) -> Response:
    variant = choose(None, FORMATS)
    response = send("".join(f"{line}\n" for line in lines), variant, addresses().path(path))
    del response.headers["X-Release"]  # it depends on which releases are kept
    return response
