"""Differences of two releases: as a page, as JSON and as RDF Patch."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from travaux_build.files.changes import bytes_to_read, changes_between, json_of, patch_of
from travaux_build.release import Release
from travaux_server.http.negotiate import HTML, Variant
from travaux_server.http.problems import BadRequest
from travaux_server.resources.linked_data import addresses, choose, send
from travaux_server.resources.links import Link
from travaux_server.service import Service, current_service
from travaux_server.versions.kept import kept_release
from travaux_server.versions.kept_changes import address_of, difference, text_of_shown, things_in

blueprint = Blueprint("differences", __name__)
JSON = Variant("json", "application/json", "JSON")
PATCH = Variant("rdfp", "application/rdf-patch", "RDF Patch")
FORMATS = (HTML, JSON, PATCH)


@blueprint.get("/releases/<old>..<new>")
def page(old: str, new: str) -> Response:
    """What changed from one release to another, in any order; `new` may end in the suffix of a format."""
    service = current_service()
    named = next((one for one in FORMATS if new.endswith(one.suffix)), None)
    new = new.removesuffix(named.suffix) if named else new
    before, after = kept_release(service, old), kept_release(service, new)
    _refuse_large(service, before, after)
    variant, path = choose(named, FORMATS), f"releases/{old}..{new}"
    body = _as_page(before, after, path) if variant.name == HTML.name else _as_data(before, after, variant)
    alternates = [Link("alternate", addresses().path(path + one.suffix), one.media_type) for one in FORMATS]
    response = send(body, variant, addresses().path(path + variant.suffix), alternates)
    del response.headers["X-Release"]  # two other releases make it
    return response


def _refuse_large(service: Service, before: Release, after: Release) -> None:
    if bytes_to_read(before, after) > service.settings.memory_store_bytes:
        old, new = before.manifest.version, after.manifest.version
        detail = f"releases {old} and {new} are too large to be compared here"
        raise BadRequest(detail, f"download them, and run: travaux diff {old} {new}", 413)


def _as_page(before: Release, after: Release, path: str) -> str:
    found = difference(before, after)
    return render_template(
        "difference.html",
        difference=found,
        things=[(one, address_of(one, before)) for one in things_in(found)],
        text_of_shown=text_of_shown,
        path=path,
        formats=FORMATS[1:],
    )


def _as_data(before: Release, after: Release, variant: Variant) -> str:
    write = json_of if variant.name == JSON.name else patch_of
    return write(changes_between(before, after), after.iris)
