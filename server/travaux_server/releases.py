"""Releases: the list of those that are kept, and what each holds."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from travaux_build.release import MANIFEST
from travaux_server.catalogue import shelves
from travaux_server.document import Document
from travaux_server.kept import file_path, kept_release, kept_versions
from travaux_server.linked_data import choose, respond, send_page
from travaux_server.negotiate import HTML, RDF, TURTLE, Variant
from travaux_server.rdf_documents import graph_of
from travaux_server.service import current_service

blueprint = Blueprint("releases", __name__)
JSON = Variant("json", "application/json", "JSON")
DESCRIPTION = "dumps/graphs/description.ttl"


@blueprint.get("/releases")
def releases() -> Response:
    """All releases that are kept, the newest first."""
    service = current_service()
    found = [kept_release(service, version) for version in reversed(kept_versions(service))]
    return _of_the_folder(send_page(render_template("releases.html", releases=found)))


@blueprint.get("/releases/<version>")
def release(version: str) -> Response:
    """One release: what it holds, as a page, as its manifest, or as its description in RDF."""
    service = current_service()
    found = kept_release(service, version)
    is_current = version == service.release.manifest.version
    variant = choose(None, (HTML, JSON, *(RDF if is_current else (TURTLE,))))
    if variant.name == HTML.name:
        body = render_template(
            "release.html",
            release=found.manifest,
            shelves=shelves(found.manifest),
            is_current=is_current,
        )
        return _of_the_folder(send_page(body, vary="Accept"))
    if variant.name == JSON.name:
        content = found.path(MANIFEST).read_bytes()
    elif is_current:
        content = graph_of(service, [service.release.iris.graph("description")], variant)
    else:
        content = file_path(found, DESCRIPTION).read_bytes()
    document = Document(f"releases/{version}", service.release.iris.release(version))
    response = respond(service, document, variant, content, variants=())
    del response.headers["Content-Location"]
    return _of_the_folder(response)


def _of_the_folder(response: Response) -> Response:
    """Let the answer not pass for one of the release being served alone: it depends on which are kept."""
    del response.headers["X-Release"]
    return response
