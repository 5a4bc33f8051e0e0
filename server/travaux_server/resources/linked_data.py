"""Documents in several formats: which one a client gets, under what address, and with which headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response, request
from werkzeug.exceptions import NotFound

from travaux_server.http.compression import compress
from travaux_server.http.negotiate import HTML, N_QUADS, RDF, Variant, negotiate
from travaux_server.resources.addresses import Addresses
from travaux_server.resources.document import Document
from travaux_server.resources.links import HEADER_BYTES, MEMENTO_BYTES, Link, Linked, header_of
from travaux_server.resources.outline import Outline
from travaux_server.service import LENT, Service, current_service

DOCUMENTS = (*RDF, N_QUADS, HTML)
"""The formats of a document; the page only for those who prefer it, as browsers do."""


def addresses() -> Addresses:
    """The addresses of the request being answered."""
    version = request.environ[LENT].release.manifest.version if LENT in request.environ else ""
    return Addresses(current_service().release.iris, request.script_root, version)


def split_suffix(path: str) -> tuple[str, Variant | None]:
    """The path of a document, and the variant that a suffix names, if one does."""
    for variant in DOCUMENTS:
        if path.endswith(variant.suffix):
            return path.removesuffix(variant.suffix), variant
    return path, None


def choose(named: Variant | None, variants: Sequence[Variant] = DOCUMENTS) -> Variant:
    """The variant that the address names, else the one that the client prefers. Raises `NotAcceptable`."""
    return named or negotiate(request.headers.get("Accept"), variants)


def linked(
    service: Service, document: Document, outline: Outline, variants: Sequence[Variant] = DOCUMENTS
) -> Linked:
    """What the links of a document are made of, at the addresses of the request being answered."""
    return Linked(service, document, outline, variants, addresses())


def respond(
    service: Service,
    document: Document,
    variant: Variant,
    body: str | bytes,
    outline: Outline | None = None,
    variants: Sequence[Variant] = DOCUMENTS,
) -> Response:
    """The document in a variant, with all that tells clients what it is and what else there is of it."""
    found = linked(service, document, outline or Outline(), variants)
    return send(body, variant, found.address(variant), found.links(variant))


def send(body: str | bytes, variant: Variant, location: str, links: Iterable[Link] = ()) -> Response:
    """A body in the variant chosen for a client, which is always found at `location`."""
    response = Response(body, content_type=variant.content_type)
    response.headers["Content-Location"] = location
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = current_service().release.manifest.version
    if header := header_of(links, _room()):
        response.headers["Link"] = header
    return _finish(response)


def _room() -> int:
    return MEMENTO_BYTES if LENT in request.environ else HEADER_BYTES


def _finish(response: Response) -> Response:
    compress(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def send_page(body: str, vary: str = "", status: int = 200, links: Iterable[Link] = ()) -> Response:
    """A page that has no other formats under its address; `vary` if others get something else there."""
    response = Response(body, status, content_type=HTML.content_type)
    if vary:
        response.headers["Vary"] = vary
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = current_service().release.manifest.version
    if header := header_of(links, _room()):
        response.headers["Link"] = header
    return _finish(response)


def variant_named(suffix: str) -> Variant | None:
    """The variant with a suffix, given without its dot; None without one. 404 for a suffix of none."""
    if not suffix:
        return None
    for variant in DOCUMENTS:
        if variant.name == suffix:
            return variant
    raise NotFound(f"there is no format .{suffix}; formats are .{', .'.join(one.name for one in DOCUMENTS)}")
