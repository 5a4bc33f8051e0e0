"""Things: whoever asks for one is sent to the document about it (303, as the thing itself is no document)."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from travaux_server.addresses import ascii_iri
from travaux_server.describe import exists
from travaux_server.linked_data import addresses
from travaux_server.service import current_service

blueprint = Blueprint("things", __name__)


@blueprint.get("/id/<path:key>")
def thing(key: str) -> Response:
    """303 to the document, which then negotiates; 404 for what this release does not know."""
    service = current_service()
    iri = service.release.iris.thing(key)
    if not exists(service.engine, iri):
        raise NotFound(f"release {service.release.manifest.version} knows nothing with the IRI {iri}")
    location = addresses().path(f"doc/{key}")
    response = Response(f"{location}\n", 303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Link"] = (
        f'<{location}>; rel="describedby", <{ascii_iri(service.release.manifest.licence)}>; rel="license"'
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = service.release.manifest.version
    return response
