"""Content negotiation: what real clients send, and what the rules of RFC 9110 make of it."""

from __future__ import annotations

import time

import pytest

from travaux_server.http.negotiate import (
    BOOLEANS,
    GRAPHS,
    HTML,
    RDF,
    SOLUTIONS,
    NotAcceptable,
    by_name,
    negotiate,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COMUNICA_GRAPHS = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/xml;q=0.3,"
    "image/svg+xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
COMUNICA_SOLUTIONS = (
    "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7,text/turtle;q=0.6"
)
JENA_SOLUTIONS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7,"
    " text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPHS = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
)
RDF4J_SOLUTIONS = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json;q=0.9,"
    " application/json;q=0.9, application/sparql-results+xml;q=1.0, application/xml;q=1.0, text/csv;q=0.8"
)
RDF4J_GRAPHS = (
    "application/rdf+xml;q=0.5, application/xml;q=0.5, text/xml;q=0.5, application/n-triples,"
    " text/plain;q=0.6, text/turtle;q=0.8, application/ld+json;q=0.7, application/trig;q=0.6"
)
SPARQLWRAPPER_JSON = "application/sparql-results+json,application/json,text/javascript,application/javascript"
SPARQLWRAPPER_XML = "application/sparql-results+xml"
YASGUI = "application/sparql-results+json,*/*;q=0.9"
YASGUI_GRAPHS = "text/turtle,*/*;q=0.9"


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        (None, "json", "ttl"),
        ("", "json", "ttl"),
        ("*/*", "json", "ttl"),
        (BROWSER, "html", "html"),
        (COMUNICA_SOLUTIONS, "json", "ttl"),
        (JENA_SOLUTIONS, "json", "jsonld"),
        (SPARQLWRAPPER_JSON, "json", "jsonld"),
        (YASGUI, "json", "ttl"),
    ],
)
def test_clients_get_what_they_prefer(accept: str | None, solutions: str, graph: str) -> None:
    """Each client's own Accept header leads to the format that it reads best."""
    assert negotiate(accept, (*SOLUTIONS, HTML)).name == solutions
    assert negotiate(accept, (*GRAPHS, HTML)).name == graph


@pytest.mark.parametrize(
    ("accept", "name"),
    [(COMUNICA_GRAPHS, "nq"), (JENA_GRAPHS, "ttl"), (RDF4J_GRAPHS, "nt"), (YASGUI_GRAPHS, "ttl")],
)
def test_clients_get_the_graph_format_they_prefer(accept: str, name: str) -> None:
    """The Accept headers that clients send with CONSTRUCT lead to the format with the highest weight."""
    assert negotiate(accept, (*GRAPHS, HTML)).name == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (RDF4J_SOLUTIONS, "xml"),
        (SPARQLWRAPPER_XML, "xml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.6", "tsv"),
        ("TEXT/CSV", "csv"),
        ("text/*", "csv"),
        ("text/*, text/csv;q=0", "tsv"),
        ("*/*, application/sparql-results+json;q=0", "xml"),
        ("*/*;q=0.1, text/csv;q=0.2", "csv"),
        ("text/html, */*", "html"),
        ("text/html;q=0.9, */*", "json"),
        ("text/html, application/sparql-results+json", "json"),
        ('text/csv;header="a,b;q=0"', "csv"),
        ('text/csv;note="a\\",b", application/sparql-results+xml;q=0.1', "csv"),
        ("text/csv ; q=0.3 , application/sparql-results+xml ; Q=0.4", "xml"),
        ("text/csv;q=1.5, application/sparql-results+xml;q=0.1", "xml"),
        ("nonsense, ;;, /, text/csv", "csv"),
        ("*", "json"),
    ],
)
def test_weights_wildcards_and_precision_decide(accept: str, name: str) -> None:
    """The most precise range gives a type its weight; 0 excludes; what does not parse counts for nothing."""
    assert negotiate(accept, (*SOLUTIONS, HTML)).name == name


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "application/*;q=0, text/turtle"])
def test_nothing_acceptable_names_what_is_on_offer(accept: str) -> None:
    """When no variant is acceptable the error carries all of them."""
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, BOOLEANS)
    assert caught.value.variants == BOOLEANS


def test_a_type_answered_to_is_the_type_of_the_answer() -> None:
    """A client that names application/json or application/xml gets that type back, not another."""
    assert negotiate("application/json", SOLUTIONS).content_type == "application/json"
    assert negotiate("application/xml", RDF).content_type == "application/xml"
    assert negotiate("application/*", SOLUTIONS).content_type == "application/sparql-results+json"


def test_short_names_and_types_select_a_variant() -> None:
    """`format=` takes a short name or a media type, in any case."""
    assert by_name("CSV", SOLUTIONS).media_type == "text/csv"
    assert by_name("text/turtle", GRAPHS).name == "ttl"
    with pytest.raises(NotAcceptable):
        by_name("", SOLUTIONS)


def test_a_long_header_takes_no_long_time() -> None:
    """A header of 60,000 characters, however made, is read in well under a second."""
    begun = time.perf_counter()
    for accept in ("a/b," * 15_000, "text/csv;" * 6_000, '"' * 60_000, "text/csv;q=" + "1" * 60_000):
        try:
            negotiate(accept, SOLUTIONS)
        except NotAcceptable:
            continue
    assert time.perf_counter() - begun < 2
