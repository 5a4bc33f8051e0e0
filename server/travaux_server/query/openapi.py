"""`/openapi.json`: what programs can ask of this server, in OpenAPI 3.1, made from what is true of it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from travaux_server.http.negotiate import GRAPHS, HTML, SOLUTIONS, Variant
from travaux_server.per_release import once_per_release
from travaux_server.query.api_operations import NOT_MODIFIED, answer, in_path, in_query, operation, refusals
from travaux_server.query.api_schemas import IRI, SCHEMAS, SPARQL, TEXT, Schema, members, reference
from travaux_server.query.api_versions import version_paths
from travaux_server.query.example_queries import example_queries
from travaux_server.resources.linked_data import DOCUMENTS
from travaux_server.resources.links import LINKSETS
from travaux_server.service import Service, current_service

blueprint = Blueprint("openapi", __name__)
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The document, for the release being served."""
    service = current_service()
    response = Response(_document(service), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Release"] = service.release.manifest.version
    response.add_etag()
    response.make_conditional(request)
    return response


@once_per_release
def _document(service: Service) -> str:
    manifest = service.release.manifest
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": manifest.title,
            "version": manifest.version,
            "description": manifest.description,
            "license": {"name": manifest.licence, "url": manifest.licence},
        },
        "servers": [{"url": service.settings.url}],
        "paths": _paths(service),
        "components": {"schemas": SCHEMAS},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _paths(service: Service) -> dict[str, Any]:
    graphs = service.release.manifest.graphs
    document = {"200": answer("The document", DOCUMENTS), "304": NOT_MODIFIED}
    key = in_path("key", TEXT | {"pattern": "^[^\ufffd]+$"}, "Type and name, such as meeting/first")
    version = in_path("version", TEXT, "Version of a release")
    name = in_path("name", {"enum": [graph.name for graph in graphs]}, "Name of a graph")
    queries = in_path("key", {"enum": list(example_queries(service))}, "Name of a query")
    page = {"200": answer("The page", [HTML]), "304": NOT_MODIFIED}
    see = {"description": "See the document", "headers": {"Location": {"schema": TEXT, "required": True}}}
    release = (HTML, Variant("json", "application/json", "Manifest"))
    number = in_query("page", {"type": "integer", "minimum": 1}, is_required=False)
    path = in_path("path", TEXT | {"pattern": "^[^\ufffd]+$"}, "Path of a document, such as dataset")
    linkset = {"200": answer("The links", LINKSETS), "304": NOT_MODIFIED}
    return {
        "/sparql": {"get": _sparql_get(service), "post": _sparql_post(service)},
        "/graph-store": {"get": _graph_store(service)},
        "/id/{key}": {
            "get": operation(
                "thing", "A thing leads to its document", {"303": see}, [key], 400, 404, 410, 503
            )
        },
        "/doc/{key}": {
            "get": operation(
                "document", "What is said of a thing", document, [key, number], 400, 404, 406, 410, 503
            )
        },
        "/linkset/{path}": {
            "get": operation("linkset", "The links of a document", linkset, [path], 400, 404, 406, 503)
        },
        **{
            f"/{known}": {"get": operation(known, f"The {known}", document, [], 406, 503)}
            for known in ("ontology", "shapes", "dataset")
        },
        "/graph/{name}": {"get": operation("graph", "A named graph", document, [name], 404, 406, 503)},
        "/queries": {"get": operation("queries", "The queries of the release", page, [])},
        "/queries/{key}": {"get": operation("query", "A query and its answer", page, [queries], 404, 503)},
        "/releases": {"get": operation("releases", "All releases", page, [])},
        "/releases/{version}": {
            "get": operation(
                "release",
                "A release",
                {"200": answer("The release", release), "303": see, "304": NOT_MODIFIED},
                [version],
                *(404, 406),
            )
        },
        **version_paths(),
        "/health": {
            "get": operation(
                "health",
                "Whether queries can be answered",
                {
                    status: {
                        "description": description,
                        "content": {"application/json": {"schema": reference("Health")}},
                    }
                    for status, description in (("200", "They can"), ("503", "They cannot, just now"))
                },
                [],
            )
        },
        "/openapi.json": {
            "get": operation(
                "openapi",
                "This document",
                {"200": {"description": "The document", "content": {"application/json": {"schema": {}}}}},
                [],
            )
        },
    }


def _sparql_get(service: Service) -> Schema:
    parameters = [
        in_query(name, schema, is_required=False) for name, schema in _sparql_fields(service).items()
    ]
    return operation(
        "query",
        "Ask a query; without one, the endpoint describes itself",
        {"200": answer("The answer", (*SOLUTIONS, *GRAPHS, HTML)), "304": NOT_MODIFIED},
        parameters,
        *(400, 406, 413, 431, 503),
    ) | {"operationId": "sparql-get"}


def _sparql_post(service: Service) -> Schema:
    fields = _sparql_fields(service)
    form = {"type": "object", "required": ["query"], "properties": fields}
    return {
        "operationId": "sparql-post",
        "summary": "Ask a query that is too long for a URL",
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": form}, DIRECT: {"schema": fields["query"]}},
        },
        "responses": {
            "200": answer("The answer", (*SOLUTIONS, *GRAPHS, HTML)),
            **refusals(400, 406, 413, 415, 503),
        },
    }


def _sparql_fields(service: Service) -> dict[str, Schema]:
    graphs = {"type": "array", "items": IRI}
    formats = sorted({variant.name for variant in (*SOLUTIONS, *GRAPHS, HTML)})
    deadline = service.settings.deadline
    return {
        "query": SPARQL | {"maxLength": service.settings.query_characters},
        "default-graph-uri": graphs | {"description": "Graphs whose union is the default graph"},
        "named-graph-uri": graphs | {"description": "Graphs that GRAPH can name"},
        "format": TEXT
        | {
            "examples": formats,
            "description": "Goes before the Accept header, if the answer has that format",
        },
        "timeout": {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": f"Seconds that the query may take, {deadline:g} at most",
        },
    }


def _graph_store(service: Service) -> Schema:
    graphs = [graph.iri for graph in service.release.manifest.graphs]
    asked = {
        "name": "target",
        "in": "query",
        "required": True,
        "description": "One graph: ?default, or ?graph=<IRI>",
        "style": "form",
        "explode": True,
        "schema": {
            "oneOf": [
                members("default", default={"type": "string", "const": ""}),
                members("graph", graph=IRI | {"examples": graphs}),
            ]
        },
    }
    return operation(
        "graph-store",
        "A whole graph (SPARQL 1.1 Graph Store HTTP Protocol, read only)",
        {"200": answer("The graph", GRAPHS), "304": NOT_MODIFIED},
        [asked],
        *(400, 404, 406, 503),
    )
