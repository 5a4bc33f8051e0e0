"""The documents that describe the data as a whole: ontology, shapes, graphs, and the data set itself."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from travaux_build.release import GraphCount
from travaux_server.counts import classes_of
from travaux_server.describe import graph_of, statements_in
from travaux_server.linked_data import Document, addresses, choose, respond, variant_named
from travaux_server.names import names_of, natural
from travaux_server.negotiate import HTML, TURTLE, Variant
from travaux_server.page_model import Link, Part
from travaux_server.resource_page import page_of, parts_of
from travaux_server.service import Service, current_service
from travaux_server.shapes_page import shapes_of

blueprint = Blueprint("terms", __name__)


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> AnyResponse:
    """The terms that the data are written in."""
    service = current_service()
    variant = choose(variant_named(suffix))
    iris = service.release.iris
    document = Document("ontology", iris.ontology)
    if variant.name != HTML.name:
        return _graph(service, document, "ontology", variant)
    parts = parts_of(service, addresses(), iris.ontology, statements_in(service, iris.graph("ontology")))
    parts.sort(key=lambda part: natural(part.name.label.value))
    classes = [part for part in parts if _is_class(part)]
    counts = {one.name.iri: one for one in classes_of(service).values()}
    body = render_template(
        "ontology.html",
        page=page_of(service, addresses(), iris.ontology),
        document=document,
        lists=(("Classes", classes), ("Properties", [part for part in parts if not _is_class(part)])),
        counts=counts,
    )
    return respond(service, document, variant, body)


@blueprint.get("/shapes")
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> AnyResponse:
    """What must hold of the data."""
    service = current_service()
    variant = choose(variant_named(suffix))
    document = Document("shapes", service.release.iris.shapes)
    if variant.name != HTML.name:
        return _graph(service, document, "shapes", variant)
    body = render_template("shapes.html", document=document, shapes=shapes_of(service, addresses()))
    return respond(service, document, variant, body)


@blueprint.get("/dataset")
@blueprint.get("/dataset.<suffix>")
def dataset(suffix: str = "") -> AnyResponse:
    """The data set about itself: what it is, who publishes it, under which licence, in which files."""
    service = current_service()
    variant = choose(variant_named(suffix))
    document = Document("dataset", service.release.iris.dataset)
    if variant.name != HTML.name:
        return _graph(service, document, "description", variant)
    page = page_of(service, addresses(), document.about)
    return respond(service, document, variant, render_template("resource.html", page=page, document=document))


@blueprint.get("/graph/<name>")
def graph(name: str) -> AnyResponse:
    """One of the named graphs: what it holds, or all of it as RDF."""
    service = current_service()
    name, dot, suffix = name.partition(".")
    found = next((graph for graph in service.release.manifest.graphs if graph.name == name), None)
    if found is None or (dot and not suffix):
        raise NotFound(f"release {service.release.manifest.version} has no graph called {name}")
    variant = choose(variant_named(suffix))
    document = Document(f"graph/{name}", found.iri)
    if variant.name != HTML.name:
        return _graph(service, document, name, variant)
    body = render_template(
        "graph.html",
        document=document,
        graph=found,
        counts=_classes_in(service, found),
        page=page_of(service, addresses(), found.iri),
    )
    return respond(service, document, variant, body)


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Where clients look for the description of the data on a host (VoID, section 7.2)."""
    return redirect(addresses().path("dataset"), 302)


def _graph(service: Service, document: Document, name: str, variant: Variant) -> AnyResponse:
    """A whole graph: from its dump where there is one in that format, else written by the engine."""
    dump = f"dumps/graphs/{name}.ttl"
    file = next((file for file in service.release.manifest.files if file.name == dump), None)
    if file is not None and variant.name == TURTLE.name:
        if file.bytes > service.settings.answer_bytes:
            return redirect(addresses().path(f"releases/{service.release.manifest.version}/{dump}"), 303)
        return respond(service, document, variant, service.release.path(dump).read_bytes())
    return respond(service, document, variant, graph_of(service, [service.release.iris.graph(name)], variant))


def _classes_in(service: Service, graph: GraphCount) -> list[tuple[Link, int]]:
    """The classes of what a graph types, with how many things, the largest first."""
    rows = service.engine.rows(
        f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ GRAPH <{graph.iri}> "
        "{ ?thing a ?class } } GROUP BY ?class ORDER BY DESC(?count) LIMIT 50"
    )
    names = names_of(service.engine, [row["class"].value for row in rows])
    here = addresses()
    return [
        (Link(name, here.href(iri), not here.is_own(iri)), int(row["count"].value))
        for row in rows
        for iri, name in [(row["class"].value, names[row["class"].value])]
    ]


def _is_class(part: Part) -> bool:
    return any(kind.name.iri.endswith("#Class") for kind in part.kinds)
