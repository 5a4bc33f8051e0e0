"""Documents about things, as pages and as RDF, negotiated or by suffix."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from travaux_server.describe import document_of, exists
from travaux_server.linked_data import Document, addresses, canonical, choose, respond, split_suffix
from travaux_server.negotiate import HTML, Variant
from travaux_server.resource_page import page_of
from travaux_server.service import Service, current_service

blueprint = Blueprint("documents", __name__)


@blueprint.get("/doc/<path:path>")
def document(path: str) -> Response:
    """The document about the thing whose key is `path`, less the suffix of a format."""
    service = current_service()
    key, named = split_suffix(path)
    found = Document(f"doc/{key}", service.release.iris.thing(key))
    if not exists(service.engine, found.about):
        raise NotFound(f"release {service.release.manifest.version} knows nothing with the IRI {found.about}")
    return send_document(service, found, choose(named))


def send_document(service: Service, document: Document, variant: Variant) -> Response:
    """The document about a thing that exists, in a variant."""
    if variant.name != HTML.name:
        iri = canonical(service.release.iris, document)
        return respond(service, document, variant, document_of(service, document.about, iri, variant))
    page = page_of(service, addresses(), document.about)
    body = render_template("resource.html", page=page, document=document)
    types = [link.name.iri for link in page.kinds] if page else []
    return respond(service, document, variant, body, types)
