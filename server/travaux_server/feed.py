"""The feed of releases (Atom, RFC 4287): an entry for each, with what it changed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from travaux_server.compression import compress
from travaux_server.kept_changes import address_of, consecutive, difference, things_in
from travaux_server.service import current_service

blueprint = Blueprint("feed", __name__)
MOST_ENTRIES = 30
"""Releases in the feed, the newest; the page of releases has them all."""
MOST_THINGS = 100
"""Things that changed which an entry names."""


@blueprint.get("/releases.atom")
def feed() -> Response:
    """The newest releases, the newest first."""
    service = current_service()
    entries = []
    for old, new in consecutive(service)[::-1][:MOST_ENTRIES]:
        found = difference(old, new) if old else None
        things = things_in(found) if found else []
        shown = [(one, address_of(one, old)) for one in things[:MOST_THINGS]] if old else []
        entries.append((new, old, found, things, shown))
    body = render_template("releases.atom.xml", entries=entries)
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"
    compress(response)
    response.add_etag()
    response.make_conditional(request)
    return response
