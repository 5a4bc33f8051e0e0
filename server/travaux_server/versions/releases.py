"""Releases: the list of those that are kept, and what each holds."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from travaux_build.release import MANIFEST, Release, is_before
from travaux_server.files.catalogue import shelves
from travaux_server.http.negotiate import HTML, Variant
from travaux_server.pages.resource_page import parts_in
from travaux_server.resources.linked_data import DOCUMENTS, addresses, choose, send, send_page
from travaux_server.service import Service, current_service
from travaux_server.versions.kept import kept_release, kept_versions

blueprint = Blueprint("releases", __name__)
JSON = Variant("json", "application/json", "JSON")


@blueprint.get("/releases")
@blueprint.get("/releases/")
def releases() -> Response:
    """All releases that are kept, the newest first."""
    service = current_service()
    found = [kept_release(service, version) for version in reversed(kept_versions(service))]
    return _of_the_folder(send_page(render_template("releases.html", releases=found)))


@blueprint.get("/releases/<version>")
@blueprint.get("/releases/<version>/")
def release(version: str) -> AnyResponse:
    """One release: what it holds, as a page or as its manifest; for RDF, to what it says of itself."""
    service = current_service()
    found = kept_release(service, version)
    here = addresses().path(f"releases/{version}")
    variant = choose(None, (HTML, JSON, *DOCUMENTS))
    if variant.name == HTML.name:
        return _of_the_folder(send_page(_page(service, found), vary="Accept"))
    if variant.name == JSON.name:
        return _of_the_folder(send(found.path(MANIFEST).read_bytes(), JSON, f"{here}/{MANIFEST}"))
    response = redirect(f"{here}/dataset", 303)
    response.headers["Vary"] = "Accept"
    return response


def _page(service: Service, found: Release) -> str:
    """The page of a release; of the one being served it also says what it was made from."""
    is_current = found.manifest.version == service.release.manifest.version
    before = [one for one in kept_versions(service) if is_before(one, found.manifest.version)]
    iri = service.release.iris.release(found.manifest.version)
    return render_template(
        "release.html",
        release=found.manifest,
        published=found.published,
        previous=before[-1] if before else "",
        shelves=shelves(found.manifest),
        is_current=is_current,
        inputs=parts_in(service, addresses(), iri, "description") if is_current else (),
    )


def _of_the_folder(response: Response) -> Response:
    """Let the answer not pass for one of the release being served alone: it depends on which are kept."""
    del response.headers["X-Release"]
    return response
