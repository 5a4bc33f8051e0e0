"""The graph store, read only: whole graphs (SPARQL 1.1 Graph Store HTTP Protocol, sections 4 and 5.2)."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from travaux_server.engine import SOLUTIONS_JSON
from travaux_server.http.negotiate import GRAPHS, Variant, negotiate
from travaux_server.http.problems import BadRequest
from travaux_server.query.parameters import read_pairs
from travaux_server.resources.addresses import is_iri
from travaux_server.service import Service, current_service

blueprint = Blueprint("graph_store", __name__)
EVERYTHING = "CONSTRUCT { ?subject ?property ?value } WHERE { ?subject ?property ?value }"


@blueprint.get("/graph-store")
@blueprint.get("/graph-store/")
def graph_store() -> Response:
    """The graph named by `graph=`, or with `default` the union of all graphs, in the format preferred.

    What the answer is made of never changes within a release, so a client that has it gets 304.
    """
    service = current_service()
    graph = _graph_asked_for(service)
    variant = negotiate(request.headers.get("Accept"), GRAPHS)
    response = Response(status=304)
    tag = _tag(service, graph, variant)
    if not request.if_none_match.contains_weak(tag):
        response = Response(_written(service, graph, variant), content_type=variant.content_type)
    response.set_etag(tag)
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = service.release.manifest.version
    return response


def _graph_asked_for(service: Service) -> str | None:
    """The IRI of a graph that the release has; None for the default graph.

    Raises `BadRequest` unless exactly one graph is asked for, `NotFound` for one that is not there.
    """
    values = [
        (name, value)
        for name, value in read_pairs(request.environ.get("QUERY_STRING", ""))
        if name in ("default", "graph")
    ]
    if len(values) != 1:
        found = "both" if len({name for name, _ in values}) == 2 else "none" if not values else "several"
        raise BadRequest(f"one graph is to be asked for, and {found} are", "send ?default or ?graph=<IRI>")
    name, value = values[0]
    if name == "default":
        if value:
            raise BadRequest("default takes no value", "send ?default, or ?graph=<IRI>")
        return None
    if not is_iri(value) or not _is_absolute(value):
        raise BadRequest("graph= is no absolute IRI", "write the whole IRI, percent-encoded")
    if all(graph.iri != value for graph in service.release.manifest.graphs):
        raise NotFound(f"release {service.release.manifest.version} has no graph with the IRI {value[:300]}")
    return value


def _is_absolute(iri: str) -> bool:
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


def _written(service: Service, graph: str | None, variant: Variant) -> bytes:
    """All triples of a graph. Raises `QueryError`, also when they are more than one answer may hold."""
    media_type = next(known.media_type for known in GRAPHS if known.name == variant.name)
    return service.engine.evaluate(
        EVERYTHING,
        solutions=SOLUTIONS_JSON,
        graph=media_type,
        default_graphs=None if graph is None else (graph,),
        named_graphs=None if graph is None else (),
    ).body


def _tag(service: Service, graph: str | None, variant: Variant) -> str:
    release = service.release.manifest
    parts = (release.version, release.content_digest, variant.media_type, graph or "")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
