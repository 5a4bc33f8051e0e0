"""Documents about things, as pages and as RDF, negotiated or by suffix."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from travaux_server.http.negotiate import HTML, Variant
from travaux_server.pages.resource_page import page_of
from travaux_server.resources.linked_data import addresses, choose, linked, respond
from travaux_server.resources.links import fitting
from travaux_server.resources.located import Located, locate_thing
from travaux_server.resources.rdf_documents import document_of
from travaux_server.service import Service, current_service

blueprint = Blueprint("documents", __name__)


@blueprint.get("/doc/<path:path>")
def document(path: str) -> Response:
    """A page of the document about the thing whose key is `path`, less the suffix of a format."""
    service = current_service()
    found, named = locate_thing(service, path)
    return send_document(service, found, choose(named))


def send_document(service: Service, found: Located, variant: Variant) -> Response:
    """The document about a thing that exists, in a variant."""
    document, outline = found.document, found.outline
    if variant.name != HTML.name:
        body = document_of(service, document, outline, variant)
        return respond(service, document, variant, body, outline)
    links = fitting(linked(service, document, outline).links(variant))
    page = page_of(service, addresses(), document.about, document.pages)
    text = render_template("resource.html", page=page, document=document, links=links)
    return respond(service, document, variant, text, outline)
