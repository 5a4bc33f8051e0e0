"""TimeGates and TimeMaps (RFC 7089): from a document, and a time, to what it was then."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from travaux_server.http.problems import BadRequest
from travaux_server.resources.linked_data import addresses
from travaux_server.service import Service, current_service
from travaux_server.versions.mementos import (
    LINK_FORMAT,
    ORIGINAL,
    Memento,
    at,
    links_of_memento,
    mementos_of,
    read_http_date,
    timemap_as_json,
    timemap_as_links,
)

blueprint = Blueprint("time_travel", __name__)


@blueprint.get("/timegate/<path:path>")
def timegate(path: str) -> AnyResponse:
    """To the document as it was at the time that Accept-Datetime names; without one, as it was last."""
    service = current_service()
    mementos = _mementos(service, path)
    asked = request.headers.get("Accept-Datetime")
    moment = read_http_date(asked) if asked else None
    if asked and moment is None:
        raise BadRequest(f"Accept-Datetime is no date: {asked}", "write Wed, 25 Nov 2026 16:00:00 GMT")
    chosen = at(mementos, moment)
    response = redirect(addresses().path(f"releases/{chosen.version}/{path}"), 302)
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Link"] = links_of_memento(service, mementos, chosen)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/timemap/link/<path:path>")
def timemap(path: str) -> Response:
    """All there is of a document's past, as links."""
    service = current_service()
    return _sent(timemap_as_links(service, path, _mementos(service, path)), LINK_FORMAT)


@blueprint.get("/timemap/json/<path:path>")
def timemap_json(path: str) -> Response:
    """The same as JSON."""
    service = current_service()
    body = timemap_as_json(service, path, _mementos(service, path))
    return _sent(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "application/json")


def _mementos(service: Service, path: str) -> list[Memento]:
    found = mementos_of(service, path) if ORIGINAL.fullmatch(path) else []
    if not found:
        raise NotFound(f"no release that is kept has a document {path}")
    return found


def _sent(body: str, media_type: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
