"""The graph store over HTTP: whole graphs by name, read only; and the W3C's tests of service descriptions."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from rdflib import RDF, Dataset, Graph, Namespace, URIRef

from travaux_build.release import Release
from travaux_server.selftest.subject import Subject

GRAPHS = "https://example.org/garden/graph/"
ENDPOINT = URIRef("https://data.example/base/sparql")
STORE = URIRef("https://data.example/base/graph-store")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
TRIPLES = URIRef("http://rdfs.org/ns/void#triples")
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-quads": "nquads",
    "application/trig": "trig",
}
DOMAINS = {
    SD.endpoint: SD.Service,
    SD.feature: SD.Service,
    SD.defaultEntailmentRegime: SD.Service,
    SD.supportedLanguage: SD.Service,
    SD.resultFormat: SD.Service,
    SD.defaultDataset: SD.Service,
    SD.defaultGraph: SD.Dataset,
    SD.namedGraph: SD.Dataset,
    SD.name: SD.NamedGraph,
    SD.graph: SD.NamedGraph,
}
RANGES = {
    SD.defaultDataset: SD.Dataset,
    SD.defaultGraph: SD.Graph,
    SD.namedGraph: SD.NamedGraph,
    SD.graph: SD.Graph,
}
FEATURES = {
    SD.UnionDefaultGraph,
    SD.DereferencesURIs,
    SD.RequiresDataset,
    SD.EmptyGraphs,
    SD.BasicFederatedQuery,
}


def named(iri: str) -> str:
    return "/graph-store?graph=" + quote(iri, safe="")


def described(server: Subject) -> Graph:
    """The service description, as the bare endpoint gives it."""
    return Graph().parse(data=server.ask("/sparql").body, format="turtle")


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_is_had_whole_in_every_format(
    served: Subject, small_release: Release, media_type: str
) -> None:
    """Each named graph, and the union of all, has the triples that the release counts, in each format."""
    manifest = small_release.manifest
    sizes = {named(graph.iri): graph.triples for graph in manifest.graphs}
    for path, size in {
        **sizes,
        "/graph-store?default": manifest.triples,
        "/graph-store/?default=": manifest.triples,
    }.items():
        reply = served.ask(path, headers={"Accept": media_type})
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, media_type)
        assert len(Dataset().parse(data=reply.body, format=FORMATS[media_type])) == size


def test_turtle_is_what_those_get_who_ask_for_nothing(served: Subject) -> None:
    """Without Accept a graph is Turtle; what cannot be given is 406 with what can."""
    reply = served.ask(named(GRAPHS + "links"))
    assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "Accept" in reply.headers["vary"]
    refused = served.ask(named(GRAPHS + "links"), headers={"Accept": "text/csv"})
    assert refused.status == 406
    assert set(json.loads(refused.body)["variants"]) == set(FORMATS)


@pytest.mark.parametrize(
    ("string", "status"),
    [
        ("", 400),
        ("graph=", 400),
        ("graph=record", 400),
        ("graph=%2Fgraph%2Frecord", 400),
        ("graph=%2F%2Fexample.org%2Fgraph", 400),
        ("graph=https:", 400),
        ("graph=urn:a%20b", 400),
        ("graph=urn:a%3Eb", 400),
        ("graph=%FF", 400),
        ("default&graph=urn:x", 400),
        ("default&default", 400),
        ("default=yes", 400),
        ("graph=urn:x&graph=urn:y", 400),
        ("Default", 400),
        ("graph=urn:x", 404),
        ("graph=https%3A%2F%2Fexample.org%2Fgarden%2Fgraph%2Fnone", 404),
        ("graph=https%253A%252F%252Fexample.org%252Fgarden%252Fgraph%252Flinks", 400),
    ],
)
def test_exactly_one_graph_that_is_there_is_to_be_named(served: Subject, string: str, status: int) -> None:
    """Both, neither, several and relative IRIs are 400; a graph that is not there is 404, also to HEAD."""
    reply = served.ask(f"/graph-store?{string}")
    assert reply.status == status
    assert json.loads(reply.body)["status"] == status
    assert len(reply.body) < 2_000
    assert served.ask(f"/graph-store?{string}", "HEAD").status == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_writes_to_it(served: Subject, method: str) -> None:
    """Writing is 405 with the methods that there are, whatever graph and body, and changes nothing."""
    before = served.ask("/graph-store?default").body
    for path in (
        "/graph-store",
        "/graph-store?default",
        named(GRAPHS + "links"),
        named("urn:new"),
        "/graph/links",
    ):
        reply = served.ask(path, method, b"<urn:s> <urn:p> 1 .", {"Content-Type": "text/turtle"})
        assert reply.status == 405
        assert {name.strip() for name in reply.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert served.ask("/graph-store?default").body == before


def test_a_graph_has_one_content_under_both_its_addresses(served: Subject, small_release: Release) -> None:
    """At the graph's own IRI is what the store gives for its name, with what is said of itself."""
    for graph in small_release.manifest.graphs:
        accept = {"Accept": "application/n-triples"}
        direct = served.ask("/graph/" + graph.name, headers=accept)
        indirect = served.ask(named(graph.iri), headers=accept)
        assert direct.status == indirect.status == 200
        rest = set(direct.body.splitlines()) - set(indirect.body.splitlines())
        assert set(indirect.body.splitlines()) <= set(direct.body.splitlines())
        assert rest
        assert all(f"<{graph.iri}>".encode() in line for line in rest)


def test_a_graph_that_the_client_has_is_304(served: Subject) -> None:
    """The tag differs by graph and format, and brings 304."""
    paths = ("/graph-store?default", named(GRAPHS + "links"), named(GRAPHS + "record"))
    replies = {
        (path, accept): served.ask(path, headers={"Accept": accept})
        for path in paths
        for accept in ("text/turtle", "application/n-triples")
    }
    assert len({reply.headers["etag"] for reply in replies.values()}) == 6
    for (path, accept), reply in replies.items():
        again = served.ask(path, headers={"Accept": accept, "If-None-Match": reply.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


def test_service_description_returns_rdf(served: Subject) -> None:
    """W3C, returns_rdf: a GET of the endpoint without a query gives RDF that parses."""
    for accept in (None, "application/rdf+xml", "text/turtle", "application/n-triples"):
        reply = served.ask("/sparql", headers={"Accept": accept} if accept else {})
        media_type = reply.headers["content-type"].partition(";")[0]
        assert (reply.status, accept in (None, media_type)) == (200, True)
        assert len(Graph().parse(data=reply.body, format=FORMATS[media_type])) > 20


def test_service_description_has_endpoint_triple(served: Subject) -> None:
    """W3C, has_endpoint_triple: a service has the endpoint's URL, which is that of the settings."""
    found = described(served)
    assert list(found.subject_objects(SD.endpoint)) == [(ENDPOINT, ENDPOINT)]


def test_service_description_conforms_to_schema(served: Subject) -> None:
    """W3C, conforms_to_schema: each term is used as its vocabulary says, and one endpoint is given."""
    found = described(served)
    assert {term for _, term, _ in found if str(term).startswith(str(SD))} == set(DOMAINS)
    for subject, term, value in found:
        if term in DOMAINS:
            assert (subject, RDF.type, DOMAINS[URIRef(str(term))]) in found
        if term in RANGES:
            assert (value, RDF.type, RANGES[URIRef(str(term))]) in found
    assert set(found.objects(ENDPOINT, SD.feature)) == {SD.UnionDefaultGraph} <= FEATURES
    for graph in found.subjects(RDF.type, SD.NamedGraph):
        assert len(list(found.objects(graph, SD.name))) == 1


def test_service_description_is_true(served: Subject, small_release: Release) -> None:
    """Every graph is named with its count, every format given, and the graph store is where it says."""
    found = described(served)
    graphs = {str(name): graph for graph, name in found.subject_objects(SD.name)}
    assert set(graphs) == {graph.iri for graph in small_release.manifest.graphs}
    for graph in small_release.manifest.graphs:
        assert int(str(found.value(URIRef(graph.iri), TRIPLES))) == graph.triples
    assert len(set(found.objects(ENDPOINT, SD.resultFormat))) == 10
    assert (STORE, DCAT.endpointURL, STORE) in found
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    count = json.loads(served.query(query.encode()).body)["results"]["bindings"][0]["n"]["value"]
    default = found.value(found.value(ENDPOINT, SD.defaultDataset), SD.defaultGraph)
    assert str(found.value(default, TRIPLES)) == count
