"""Things: whoever asks for one is sent to the document about it (303, as the thing itself is no document)."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from travaux_server.resources.document import Document
from travaux_server.resources.linked_data import addresses, linked
from travaux_server.resources.links import header_of
from travaux_server.resources.outline import outline_of
from travaux_server.service import current_service

blueprint = Blueprint("things", __name__)


@blueprint.get("/id/<path:key>")
def thing(key: str) -> Response:
    """303 to the document, which then negotiates; 404 for what this release does not know."""
    service = current_service()
    iri = service.release.iris.thing(key)
    outline = outline_of(service, iri)
    if outline is None:
        raise NotFound(f"release {service.release.manifest.version} knows nothing with the IRI {iri}")
    location = addresses().path(f"doc/{key}")
    response = Response(f"{location}\n", 303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    links = linked(service, Document(f"doc/{key}", iri), outline).links(None)
    response.headers["Link"] = header_of(links)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = service.release.manifest.version
    return response
