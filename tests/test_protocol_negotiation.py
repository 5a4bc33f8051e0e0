"""Picky requests about formats: what clients of all kinds accept, and what they get over HTTP."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from travaux_server.selftest.subject import Subject

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
TURTLE, HTML = "text/turtle; charset=utf-8", "text/html; charset=utf-8"
N_TRIPLES, JSON_LD, RDF_XML = "application/n-triples", "application/ld+json", "application/rdf+xml"
N_QUADS, TRIG = "application/n-quads", "application/trig"
NONE = "406"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,"
    "text/html;q=0.2,application/xhtml+xml;q=0.18"
)
COMUNICA_RESULTS = (
    "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7,text/turtle;q=0.6"
)
JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7,"
    " text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPHS = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
)
RDF4J = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json;q=0.9,"
    " application/json;q=0.9, application/sparql-results+xml;q=1.0, application/xml;q=1.0, text/csv;q=0.8"
)
RDF4J_GRAPHS = (
    "application/rdf+xml;q=0.5, application/xml;q=0.5, text/xml;q=0.5, application/n-triples,"
    " text/plain;q=0.6, text/turtle;q=0.8, application/ld+json;q=0.7, application/trig;q=0.6"
)
SPARQLWRAPPER = "application/sparql-results+json,application/json,text/javascript,application/javascript"
SPARQLWRAPPER_RDF = (
    "application/rdf+xml,text/rdf+n3,text/n3,text/turtle,application/turtle,application/n-triples"
)
YASGUI = "application/sparql-results+json,*/*;q=0.9"

SELECT = [
    (None, JSON),
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("text/*", CSV),
    ("text/csv", CSV),
    ("TEXT/CSV", CSV),
    ("Text/Tab-Separated-Values", TSV),
    ("text/tab-separated-values", TSV),
    ("application/sparql-results+xml", XML),
    ("APPLICATION/SPARQL-RESULTS+XML", XML),
    ("application/json", "application/json"),
    ("application/xml", "application/xml"),
    ("text/xml", "text/xml; charset=utf-8"),
    ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", XML),
    ("text/csv;q=0.999, application/sparql-results+xml;q=0.998", CSV),
    ("text/csv;Q=0.1,application/sparql-results+xml;Q=0.2", XML),
    ("text/csv ; q=0.1 ,\tapplication/sparql-results+xml ; q=0.2", XML),
    ("text/csv;charset=utf-8", CSV),
    ("text/csv;header=present;q=0.9, application/sparql-results+xml;q=0.8", CSV),
    ("*/*;q=0.1, text/tab-separated-values;q=0.2", TSV),
    ("*/*, application/sparql-results+json;q=0", XML),
    ("application/*;q=0, text/*", CSV),
    ("text/*;q=0.9, text/csv;q=0", TSV),
    ("text/*;q=0.3, text/tab-separated-values;q=0.2, */*;q=0.1", CSV),
    ("text/turtle, */*;q=0.1", JSON),
    ("text/turtle, text/csv;q=0.1", CSV),
    ("image/png, text/csv;q=0.001", CSV),
    ("text/csv;q=1.000", CSV),
    ("garbage, text/csv", CSV),
    (",,text/csv,,", CSV),
    ("text/csv;q=nonsense, application/sparql-results+xml;q=0.1", XML),
    ("*/*;q=0", NONE),
    ("text/csv;q=0", NONE),
    ("text/csv;q=0.000", NONE),
    ("text/turtle", NONE),
    ("image/*", NONE),
    ("application/octet-stream", NONE),
    ("application/x-unheard-of, image/png;q=0.5", NONE),
    (FIREFOX, HTML),
    (CHROME, HTML),
    ("text/html", HTML),
    ("text/html;q=0.5, application/sparql-results+json;q=0.9", JSON),
    ("text/html;q=0.5, */*", JSON),
    (COMUNICA_RESULTS, JSON),
    (JENA, JSON),
    (RDF4J, XML),
    (SPARQLWRAPPER, JSON),
    ("application/sparql-results+xml", XML),
    (YASGUI, JSON),
]
ASK = [
    (None, JSON),
    ("*/*", JSON),
    ("application/sparql-results+xml", XML),
    ("text/csv, */*;q=0.1", JSON),
    ("text/csv", NONE),
    ("text/tab-separated-values", NONE),
    (JENA, JSON),
    (RDF4J, XML),
    (COMUNICA_RESULTS, JSON),
]
CONSTRUCT = [
    (None, TURTLE),
    ("*/*", TURTLE),
    ("application/*", JSON_LD),
    ("text/*", TURTLE),
    ("text/turtle", TURTLE),
    ("application/n-triples", N_TRIPLES),
    ("application/ld+json", JSON_LD),
    ("application/rdf+xml", RDF_XML),
    ("application/n-quads", N_QUADS),
    ("application/trig", TRIG),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded", text/turtle;q=0.1', JSON_LD),
    ("application/n-triples;q=0.2, application/rdf+xml;q=0.3", RDF_XML),
    ("application/sparql-results+json", NONE),
    ("text/csv", NONE),
    ("text/turtle;q=0, application/n-triples;q=0", NONE),
    ("text/turtle;q=0, */*", JSON_LD),
    (FIREFOX, HTML),
    (COMUNICA, N_QUADS),
    (JENA_GRAPHS, TURTLE),
    (RDF4J_GRAPHS, N_TRIPLES),
    (SPARQLWRAPPER_RDF, TURTLE),
    ("text/turtle,*/*;q=0.9", TURTLE),
]
QUERIES = {
    "SELECT": "SELECT * { VALUES ?x { 1 } }",
    "ASK": "ASK {}",
    "CONSTRUCT": "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}",
    "DESCRIBE": "DESCRIBE <https://example.org/garden/id/plant/apple>",
}
CASES = [
    (form, accept, expected)
    for form, table in {"SELECT": SELECT, "ASK": ASK, "CONSTRUCT": CONSTRUCT, "DESCRIBE": CONSTRUCT}.items()
    for accept, expected in table
]


@pytest.mark.parametrize(("form", "accept", "expected"), CASES)
def test_a_client_gets_the_format_that_its_header_asks_for(
    served: Subject, form: str, accept: str | None, expected: str
) -> None:
    """Weight, precision, order and case decide by RFC 9110; what cannot be given is 406 with the variants."""
    headers = {} if accept is None else {"Accept": accept}
    path = "/sparql?query=" + quote(QUERIES[form])
    reply = served.ask(path, headers=headers)
    assert "Accept" in [name.strip() for name in reply.headers["vary"].split(",")]
    if expected == NONE:
        assert reply.status == 406
        assert reply.headers["content-type"] == "application/problem+json"
        assert json.loads(reply.body)["variants"]
    else:
        assert (reply.status, reply.headers["content-type"]) == (200, expected)
        head = served.ask(path, "HEAD", headers=headers)
        assert (head.status, head.body, head.headers["content-type"]) == (200, b"", expected)


@pytest.mark.parametrize(
    ("form", "variants"),
    [
        ("SELECT", {JSON, XML, "text/csv", "text/tab-separated-values", "text/html"}),
        ("ASK", {JSON, XML, "text/html"}),
        ("CONSTRUCT", {"text/turtle", N_TRIPLES, JSON_LD, RDF_XML, N_QUADS, TRIG, "text/html"}),
    ],
)
def test_406_names_all_that_there_is(served: Subject, form: str, variants: set[str]) -> None:
    """The problem lists each media type on offer for that form of query, and no other."""
    reply = served.ask("/sparql?query=" + quote(QUERIES[form]), headers={"Accept": "image/png"})
    assert set(json.loads(reply.body)["variants"]) == variants


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("json", JSON),
        ("JSON", JSON),
        ("xml", XML),
        ("csv", CSV),
        ("tsv", TSV),
        ("text/csv", CSV),
        ("application%2Fsparql-results%2Bxml", XML),
        ("html", HTML),
        ("", JSON),
        ("ttl", JSON),
        ("nonsense", JSON),
    ],
)
def test_the_parameter_goes_before_the_header(served: Subject, value: str, expected: str) -> None:
    """`format=` names a format whatever is accepted; what the answer does not have is passed over."""
    reply = served.ask(f"/sparql?query={quote(QUERIES['SELECT'])}&format={value}")
    assert (reply.status, reply.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/problem+json"),
        ("*/*", "application/problem+json"),
        (JSON, "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("text/plain", "text/plain; charset=utf-8"),
        (FIREFOX, HTML),
        ("image/png", "application/problem+json"),
        ("*/*;q=0", "application/problem+json"),
    ],
)
def test_an_error_has_a_form_that_the_client_reads(
    served: Subject, accept: str | None, expected: str
) -> None:
    """Problem details for programs, plain text for those who want it, a page for browsers."""
    headers = {} if accept is None else {"Accept": accept}
    reply = served.ask("/sparql?query=SELCT", headers=headers)
    assert (reply.status, reply.headers["content-type"]) == (400, expected)
    assert reply.headers["cache-control"] == "no-store"
