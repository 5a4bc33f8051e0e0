"""The feed of releases (Atom, RFC 4287): an entry for each, with what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from travaux_build.files.edits import Edited
from travaux_build.release import Release
from travaux_server.http.compression import compress
from travaux_server.service import current_service
from travaux_server.versions.kept_changes import Difference, address_of, consecutive, difference, things_in

blueprint = Blueprint("feed", __name__)
MOST_ENTRIES = 30
"""Releases in the feed, the newest; the page of releases has them all."""
MOST_THINGS = 100
"""Things that changed which an entry names."""


@dataclass(frozen=True)
class Entry:
    """A release; of one that another came before also what it changed, with things and their addresses."""

    release: Release
    previous: Release | None = None
    difference: Difference | None = None
    things: int = 0
    shown: tuple[tuple[Edited, str], ...] = ()


@blueprint.get("/releases.atom")
def feed() -> Response:
    """The newest releases, the newest first."""
    pairs = consecutive(current_service())[::-1][:MOST_ENTRIES]
    body = render_template("releases.atom.xml", entries=[_entry(old, new) for old, new in pairs])
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"
    compress(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def _entry(old: Release | None, new: Release) -> Entry:
    if old is None:
        return Entry(new)
    found = difference(old, new)
    things = things_in(found)
    shown = tuple((one, address_of(one, old)) for one in things[:MOST_THINGS])
    return Entry(new, old, found, len(things), shown)
