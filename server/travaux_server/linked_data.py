"""Documents in several formats: which one a client gets, under what address, and with which headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, request
from werkzeug.exceptions import NotFound

from travaux_build.iris import Iris
from travaux_server.addresses import Addresses, ascii_iri
from travaux_server.compression import compress
from travaux_server.negotiate import HTML, RDF, Variant, negotiate
from travaux_server.service import Service, current_service

DOCUMENTS = (*RDF, HTML)
"""The formats of a document; the page only for those who prefer it, as browsers do."""
MOST_TYPES = 8
"""Types named in a Link header at most."""


@dataclass(frozen=True)
class Document:
    """A document of ours: its path below the root, not encoded, and the IRI of what it is about."""

    path: str
    about: str

    def variant_path(self, variant: Variant) -> str:
        return self.path + variant.suffix


def addresses() -> Addresses:
    """The addresses of the request being answered."""
    return Addresses(current_service().release.iris, request.script_root)


def split_suffix(path: str) -> tuple[str, Variant | None]:
    """The path of a document, and the variant that a suffix names, if one does."""
    for variant in DOCUMENTS:
        if path.endswith(variant.suffix):
            return path.removesuffix(variant.suffix), variant
    return path, None


def choose(named: Variant | None, variants: Sequence[Variant] = DOCUMENTS) -> Variant:
    """The variant that the address names, else the one that the client prefers. Raises `NotAcceptable`."""
    return named or negotiate(request.headers.get("Accept"), variants)


def respond(
    service: Service,
    document: Document,
    variant: Variant,
    body: str | bytes,
    types: Iterable[str] = (),
    variants: Sequence[Variant] = DOCUMENTS,
) -> Response:
    """The document in a variant, with all that tells clients what it is and what else there is of it."""
    response = Response(body, content_type=variant.content_type)
    here = addresses()
    response.headers["Content-Location"] = here.path(document.variant_path(variant))
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = service.release.manifest.version
    response.headers["Link"] = ", ".join(_links(service, document, variant, types, variants, here))
    return _finish(response)


def _finish(response: Response) -> Response:
    compress(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def canonical(iris: Iris, document: Document) -> str:
    """The IRI under which a document is known, wherever it is served."""
    return iris.base + document.path


def _links(
    service: Service,
    document: Document,
    variant: Variant,
    types: Iterable[str],
    variants: Sequence[Variant],
    here: Addresses,
) -> Iterable[str]:
    iris = service.release.iris
    yield _link(canonical(iris, document), "canonical")
    if document.about != canonical(iris, document):
        yield _link(document.about, "describes")
    for other in variants:
        if other.name != variant.name:
            relation = "alternate describedby" if variant.name == HTML.name else "alternate"
            address = here.path(document.variant_path(other))
            yield f'<{address}>; rel="{relation}"; type="{other.media_type}"'
    yield _link(service.release.manifest.licence, "license")
    yield _link(iris.dataset, "collection")
    for type_ in list(types)[:MOST_TYPES]:
        yield _link(type_, "type")


def _link(iri: str, relation: str) -> str:
    return f'<{ascii_iri(iri)}>; rel="{relation}"'


def send_page(body: str, vary: str = "", status: int = 200) -> Response:
    """A page that has no other formats under its address; `vary` if others get something else there."""
    response = Response(body, status, content_type=HTML.content_type)
    if vary:
        response.headers["Vary"] = vary
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = current_service().release.manifest.version
    return _finish(response)


def variant_named(suffix: str) -> Variant | None:
    """The variant with a suffix, given without its dot; None without one. 404 for a suffix of none."""
    if not suffix:
        return None
    for variant in DOCUMENTS:
        if variant.name == suffix:
            return variant
    raise NotFound(f"there is no format .{suffix}; formats are .{', .'.join(one.name for one in DOCUMENTS)}")
