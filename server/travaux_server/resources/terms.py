"""The documents that describe the data as a whole: ontology, shapes, graphs, and the data set itself."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from travaux_build.release import GraphCount
from travaux_server.http.negotiate import HTML, TURTLE, Variant
from travaux_server.pages.counts import classes_of
from travaux_server.pages.dataset_page import dataset_page
from travaux_server.pages.names import names_of, natural
from travaux_server.pages.page_model import Link, Part
from travaux_server.pages.resource_page import page_of, parts_in
from travaux_server.pages.shapes_page import shapes_of
from travaux_server.resources.linked_data import addresses, choose, linked, respond, variant_named
from travaux_server.resources.links import fitting
from travaux_server.resources.located import Located, locate_whole
from travaux_server.resources.rdf_documents import graph_document_of
from travaux_server.service import Service, current_service
from travaux_server.versions.kept import file_path

blueprint = Blueprint("terms", __name__)


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> AnyResponse:
    """The terms that the data are written in."""
    service = current_service()
    found, variant = locate_whole(service, "ontology"), choose(variant_named(suffix))
    if variant.name != HTML.name:
        return _graph(service, found, "ontology", variant)
    parts = parts_in(service, addresses(), found.document.about, "ontology")
    parts.sort(key=lambda part: natural(part.name.label.value))
    classes = [part for part in parts if _is_class(part)]
    properties = [part for part in parts if not _is_class(part)]
    lists = (("Classes", classes), ("Properties", properties))
    counts = {one.name.iri: one for one in classes_of(service).values()}
    return _page(service, found, "ontology.html", lists=lists, counts=counts)


@blueprint.get("/shapes")
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> AnyResponse:
    """What must hold of the data."""
    service = current_service()
    found, variant = locate_whole(service, "shapes"), choose(variant_named(suffix))
    if variant.name != HTML.name:
        return _graph(service, found, "shapes", variant)
    shapes = shapes_of(service, addresses())
    shown = {shape.anchor for shape in shapes}
    shown.update(one.anchor for shape in shapes for one in shape.properties)
    parts = parts_in(service, addresses(), found.document.about, "shapes")
    others = [part for part in parts if part.anchor not in shown]
    return _page(service, found, "shapes.html", shapes=shapes, others=others)


@blueprint.get("/dataset")
@blueprint.get("/dataset.<suffix>")
def dataset(suffix: str = "") -> AnyResponse:
    """The data set about itself: what it is, who publishes it, under which licence, in which files."""
    service = current_service()
    found, variant = locate_whole(service, "dataset"), choose(variant_named(suffix))
    if variant.name != HTML.name:
        return _graph(service, found, "description", variant)
    return _page(service, found, "dataset.html", **dataset_page(service, addresses()))


@blueprint.get("/catalogue")
@blueprint.get("/catalogue.<suffix>")
def catalogue(suffix: str = "") -> AnyResponse:
    """What there is to harvest: data set, versions, parts, services, and files with size and digest."""
    service = current_service()
    found, variant = locate_whole(service, "catalogue"), choose(variant_named(suffix))
    if variant.name != HTML.name:
        content = file_path(service.release, f"catalogue{variant.suffix}").read_bytes()
        return respond(service, found.document, variant, content, found.outline)
    return _page(service, found, "catalogue.html")


@blueprint.get("/graph/<name>")
def graph(name: str) -> AnyResponse:
    """One of the named graphs: what it holds, or all of it as RDF."""
    service = current_service()
    name, dot, suffix = name.partition(".")
    found = locate_whole(service, f"graph/{name}")
    if dot and not suffix:
        raise NotFound(f"a suffix is missing after the dot; the page of the graph is {found.document.path}")
    variant = choose(variant_named(suffix))
    if variant.name != HTML.name:
        return _graph(service, found, name, variant)
    counted = next(graph for graph in service.release.manifest.graphs if graph.name == name)
    return _page(service, found, "graph.html", graph=counted, counts=_classes_in(service, counted))


@blueprint.get("/<any(ontology, shapes, dataset, catalogue):name>/")
def without_slash(name: str) -> AnyResponse:
    """The same address with a final slash leads to the document."""
    return redirect(addresses().path(name), 308)


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Where clients look for the description of the data on a host (VoID, section 7.2)."""
    return redirect(addresses().path("dataset"), 302)


def _graph(service: Service, found: Located, name: str, variant: Variant) -> AnyResponse:
    """A whole graph as RDF; one that is too long for an answer is sent for to the downloads, as Turtle."""
    dump = f"dumps/graphs/{name}.ttl"
    file = next((file for file in service.release.manifest.files if file.name == dump), None)
    if file is not None and variant.name == TURTLE.name and file.bytes > service.settings.answer_bytes:
        return redirect(addresses().path(f"releases/{service.release.manifest.version}/{dump}"), 303)
    iri = service.release.iris.graph(name)
    body = graph_document_of(service, found.document, found.outline, variant, iri)
    return respond(service, found.document, variant, body, found.outline)


def _page(service: Service, found: Located, template: str, **shown: object) -> AnyResponse:
    document, outline = found.document, found.outline
    links = fitting(linked(service, document, outline).links(HTML))
    if "page" not in shown:
        shown["page"] = page_of(service, addresses(), document.about)
    body = render_template(template, document=document, links=links, **shown)
    return respond(service, document, HTML, body, outline)


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
