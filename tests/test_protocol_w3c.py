"""The W3C's cases of the SPARQL 1.1 Protocol, by their names, over HTTP; the graphs are those of our data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from rdflib import Graph

from travaux_server.selftest.subject import Reply, Subject

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
GRAPHS = "https://example.org/garden/graph/"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
PREFIXES = (
    "PREFIX thing: <https://example.org/garden/id/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
RECORD = "thing:meeting\\/spring rdfs:label ?meeting"
REFERENCE = "thing:person\\/amina rdfs:label ?person"
LINKS = "thing:plant\\/apple rdfs:seeAlso ?link"
MERGED = f"{PREFIXES} ASK {{ {RECORD} . {REFERENCE} FILTER NOT EXISTS {{ {LINKS} }} }}"
"""True of the graphs record and reference together, without the graph links."""
APART = (
    f"{PREFIXES} ASK {{ GRAPH ?a {{ {RECORD} }} GRAPH ?b {{ {REFERENCE} }} "
    f"FILTER NOT EXISTS {{ GRAPH ?c {{ {LINKS} }} }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"
)
"""True when record and reference are named graphs, links is none, and the default graph is empty."""
FULL = (
    f"{PREFIXES} ASK {{ {LINKS} GRAPH <{GRAPHS}record> {{ {RECORD} }} "
    f"FILTER NOT EXISTS {{ {RECORD} }} FILTER NOT EXISTS {{ GRAPH ?g {{ {LINKS} }} }} }}"
)
"""True when links is the default graph, and record a named one."""
OVERRULED = f"{PREFIXES} ASK FROM <{GRAPHS}links> {{ {RECORD} FILTER NOT EXISTS {{ {LINKS} }} }}"
"""True only when the request says record, whatever the query's own clause says."""
BOTH = [GRAPHS + "record", GRAPHS + "reference"]
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
SOLUTIONS = {
    *("application/sparql-results+json", "application/sparql-results+xml"),
    *("text/csv", "text/tab-separated-values"),
}
TRIPLES = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}


@dataclass(frozen=True)
class Case:
    """A request by its parts; `url` and `form` are fields of the URL and of the body."""

    url: dict[str, str | list[str]] = field(default_factory=dict)
    method: str = "POST"
    form: dict[str, str | list[str]] | None = None
    body: bytes | None = None
    content_type: str | None = None
    accept: str | None = None

    def send(self, server: Subject) -> Reply:
        headers = {"Content-Type": self.content_type, "Accept": self.accept}
        body = urlencode(self.form, doseq=True).encode() if self.form is not None else self.body
        path = "/sparql" + ("?" + urlencode(self.url, doseq=True) if self.url else "")
        return server.ask(path, self.method, body, {name: text for name, text in headers.items() if text})


TRUE = {
    "query_get": Case({"query": "ASK {}"}, "GET"),
    "query_post_form": Case(form={"query": "ASK {}"}, content_type=FORM),
    "query_post_direct": Case(body=b"ASK {}", content_type=DIRECT),
    "query_dataset_default_graphs_get": Case({"query": MERGED, DEFAULT: BOTH}, "GET"),
    "query_dataset_default_graphs_post": Case({DEFAULT: BOTH}, body=MERGED.encode(), content_type=DIRECT),
    "query_dataset_named_graphs_get": Case({"query": APART, NAMED: BOTH}, "GET"),
    "query_dataset_named_graphs_post": Case({NAMED: BOTH}, body=APART.encode(), content_type=DIRECT),
    "query_dataset_full": Case(
        {DEFAULT: GRAPHS + "links", NAMED: BOTH}, body=FULL.encode(), content_type=DIRECT
    ),
    "query_multiple_dataset": Case(
        {DEFAULT: GRAPHS + "record"}, body=OVERRULED.encode(), content_type=DIRECT
    ),
}
TYPED = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", SOLUTIONS),
    "query_content_type_ask": (
        "ASK {}",
        {"application/sparql-results+json", "application/sparql-results+xml"},
    ),
    "query_content_type_describe": ("DESCRIBE <https://example.org/garden/id/plant/apple>", set(TRIPLES)),
    "query_content_type_construct": (CONSTRUCT, set(TRIPLES)),
}
BAD = {
    "bad_query_method": (Case({"query": "ASK {}"}, "PUT"), 405),
    "bad_multiple_queries": (Case({"query": ["ASK {}", "SELECT * {}"]}, "GET"), 400),
    "bad_query_wrong_media_type": (Case(body=b"ASK {}", content_type="text/plain"), 415),
    "bad_query_missing_form_type": (Case(body=b"query=ASK%20%7B%7D"), 415),
    "bad_query_missing_direct_type": (Case(body=b"ASK {}"), 415),
    "bad_query_non_utf8": (
        Case(body="ASK {}".encode("utf-16"), content_type=DIRECT + "; charset=UTF-16"),
        415,
    ),
    "bad_query_syntax": (Case({"query": "ASK { ?s ?p "}, "GET"), 400),
}
INSERT = "INSERT DATA { <urn:s> <urn:p> <urn:o> }"
USING = {"using-graph-uri": GRAPHS + "record", "using-named-graph-uri": GRAPHS + "links"}
WHERE = "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
UPDATES = {
    "update_dataset_default_graph": Case(
        {"using-graph-uri": GRAPHS + "record"}, body=WHERE.encode(), content_type=UPDATE
    ),
    "update_dataset_default_graphs": Case(
        {"using-graph-uri": BOTH}, body=WHERE.encode(), content_type=UPDATE
    ),
    "update_dataset_named_graphs": Case(
        {"using-named-graph-uri": BOTH}, body=WHERE.encode(), content_type=UPDATE
    ),
    "update_dataset_full": Case({**USING}, body=WHERE.encode(), content_type=UPDATE),
    "update_post_form": Case(form={"update": INSERT}, content_type=FORM),
    "update_post_direct": Case(body=INSERT.encode(), content_type=UPDATE),
    "update_base_uri": Case(form={"update": "BASE <urn:> " + INSERT}, content_type=FORM),
    "bad_update_get": Case({"update": INSERT}, "GET"),
    "bad_multiple_updates": Case(form={"update": [INSERT, "CLEAR ALL"]}, content_type=FORM),
    "bad_update_wrong_media_type": Case(body=INSERT.encode(), content_type="text/plain"),
    "bad_update_missing_form_type": Case(body=urlencode({"update": INSERT}).encode()),
    "bad_update_non_utf8": Case(body=INSERT.encode("utf-16"), content_type=UPDATE + "; charset=UTF-16"),
    "bad_update_syntax": Case(form={"update": "INSERT DATA { <urn:s>"}, content_type=FORM),
    "bad_update_dataset_conflict": Case(
        {**USING}, form={"update": "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"}, content_type=FORM
    ),
}


def digest(server: Subject) -> bytes:
    """All triples, each in its graph and in the default graph, in their order."""
    everything = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o"
    return server.query(everything.encode()).body


def test_the_cases_are_all_there() -> None:
    """Twenty cases of queries and fourteen of updates, as the W3C has them."""
    assert len(TRUE) + len(TYPED) + len(BAD) == 20
    assert len(UPDATES) == 14


@pytest.mark.parametrize("name", TRUE)
def test_a_query_is_answered(served: Subject, name: str) -> None:
    """The answer is 200, in JSON or XML of SPARQL results, and true."""
    for accept in (None, "application/sparql-results+xml"):
        case = TRUE[name]
        reply = Case(case.url, case.method, case.form, case.body, case.content_type, accept).send(served)
        assert reply.status == 200
        if accept is None:
            assert reply.headers["content-type"] == "application/sparql-results+json"
            assert json.loads(reply.body)["boolean"] is True
        else:
            assert reply.headers["content-type"] == accept
            root = ElementTree.fromstring(reply.body)
            assert root.findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "true"


def test_the_datasets_decide_the_answers(served: Subject) -> None:
    """Without the graphs that the cases give, the same queries are false: it is these that make them true."""
    for query in (MERGED, APART, FULL, OVERRULED):
        assert json.loads(served.query(query.encode()).body)["boolean"] is False


@pytest.mark.parametrize("name", TYPED)
def test_an_answer_has_a_type_of_its_form(served: Subject, name: str) -> None:
    """SELECT and ASK are answered in a format of results, DESCRIBE and CONSTRUCT in one of graphs."""
    query, expected = TYPED[name]
    for wanted in (None, *sorted(expected)):
        reply = Case(form={"query": query}, content_type=FORM, accept=wanted).send(served)
        media_type = reply.headers["content-type"].partition(";")[0]
        assert reply.status == 200
        assert media_type in expected
        assert wanted in (None, media_type)
        if media_type in TRIPLES:
            assert len(Graph().parse(data=reply.body, format=TRIPLES[media_type])) > 0


@pytest.mark.parametrize("name", BAD)
def test_a_bad_query_is_refused(served: Subject, name: str) -> None:
    """The answer is the status of the fault, and no result."""
    case, status = BAD[name]
    reply = case.send(served)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"


def test_no_update_comes_through_any_door(served: Subject) -> None:
    """Each is refused with 4xx, and afterwards all triples are what they were."""
    before = digest(served)
    statuses = {name: case.send(served).status for name, case in UPDATES.items()}
    assert {name: status for name, status in statuses.items() if not 400 <= status < 500} == {}
    assert len(before) > 1000
    assert digest(served) == before
