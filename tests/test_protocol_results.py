"""Answers to the byte: a fixed set of terms in each format of results and of graphs."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from rdflib import Dataset, Graph

from travaux_server.selftest.subject import Reply, Subject

ROWS = """SELECT ?x ?y { VALUES (?x ?y) { (1 "a\\tb\\n\\r\\"c\\",'")
  (UNDEF <http://e/\u00e9?a=1&b=2>) ("d"@fr-CA "") (true "<&>]]>") (" e " "\\\\\U0001d518") } }"""
XSD = "http://www.w3.org/2001/XMLSchema#"
JSON = (
    '{"head":{"vars":["x","y"]},"results":{"bindings":['
    f'{{"x":{{"type":"literal","value":"1","datatype":"{XSD}integer"}},'
    '"y":{"type":"literal","value":"a\\tb\\n\\r\\"c\\",\'"}},'
    '{"y":{"type":"uri","value":"http://e/\u00e9?a=1&b=2"}},'
    '{"x":{"type":"literal","value":"d","xml:lang":"fr-ca"},"y":{"type":"literal","value":""}},'
    f'{{"x":{{"type":"literal","value":"true","datatype":"{XSD}boolean"}},'
    '"y":{"type":"literal","value":"<&>]]>"}},'
    '{"x":{"type":"literal","value":" e "},"y":{"type":"literal","value":"\\\\\U0001d518"}}]}}'
)
CSV = 'x,y\r\n1,"a\tb\n\r""c"",\'"\r\n,http://e/\u00e9?a=1&b=2\r\nd,\r\ntrue,<&>]]>\r\n e ,\\\U0001d518\r\n'
TSV = (
    '?x\t?y\n1\t"a\\tb\\n\\r\\"c\\",\'"\n\t<http://e/\u00e9?a=1&b=2>\n"d"@fr-ca\t""\ntrue\t"<&>]]>"\n'
    '" e "\t"\\\\\U0001d518"\n'
)
XML = (
    '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/>'
    '<variable name="y"/></head><results><result><binding name="x">'
    f'<literal datatype="{XSD}integer">1</literal></binding><binding name="y">'
    "<literal>a\tb\n&#xD;&quot;c&quot;,&apos;</literal>"
    '</binding></result><result><binding name="y"><uri>http://e/\u00e9?a=1&amp;b=2</uri></binding></result>'
    '<result><binding name="x"><literal xml:lang="fr-ca">d</literal></binding>'
    '<binding name="y"><literal></literal></binding></result>'
    f'<result><binding name="x"><literal datatype="{XSD}boolean">true</literal></binding>'
    '<binding name="y"><literal>&lt;&amp;&gt;]]&gt;</literal></binding></result><result><binding name="x">'
    '<literal>&#32;e&#32;</literal></binding><binding name="y"><literal>\\\U0001d518</literal></binding>'
    "</result></results></sparql>"
)
SOLUTIONS = {
    "application/sparql-results+json": JSON,
    "text/csv": CSV,
    "text/tab-separated-values": TSV,
    "application/sparql-results+xml": XML,
}
CONSTRUCT = """PREFIX e: <http://e/> CONSTRUCT { e:s a e:C ;
  e:p "a\\tb\\n\\r\\"c\\"", "d"@fr-CA, 1, true, " \\\\ ", e:\u00e9 } WHERE {}"""
N_TRIPLES = {
    '<http://e/s> <http://e/p> "a\\tb\\n\\r\\"c\\"" .',
    '<http://e/s> <http://e/p> "d"@fr-ca .',
    f'<http://e/s> <http://e/p> "1"^^<{XSD}integer> .',
    f'<http://e/s> <http://e/p> "true"^^<{XSD}boolean> .',
    '<http://e/s> <http://e/p> " \\\\ " .',
    "<http://e/s> <http://e/p> <http://e/\u00e9> .",
    "<http://e/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/C> .",
}
GRAPHS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-quads": "nquads",
    "application/trig": "trig",
}


def ask(server: Subject, query: str, accept: str) -> Reply:
    headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
    return server.ask("/sparql", "POST", query.encode(), headers)


@pytest.mark.parametrize("media_type", SOLUTIONS)
def test_solutions_are_written_to_the_byte(served: Subject, media_type: str) -> None:
    """Languages, datatypes, what is unbound, special characters and line ends are as the formats say."""
    reply = ask(served, ROWS, media_type)
    assert reply.status == 200
    assert reply.body.decode() == SOLUTIONS[media_type]


def test_other_readers_find_the_same_values(served: Subject) -> None:
    """JSON, CSV and XML are read back by libraries that know nothing of us, with the same values."""
    bindings = json.loads(ask(served, ROWS, "application/sparql-results+json").body)["results"]["bindings"]
    values = [[row.get(name, {}).get("value", "") for name in "xy"] for row in bindings]
    lines = ask(served, ROWS, "text/csv").body.decode()
    assert list(csv.reader(io.StringIO(lines, newline="")))[1:] == values
    root = ElementTree.fromstring(ask(served, ROWS, "application/sparql-results+xml").body)
    found = [text.text or "" for text in root.iter() if text.tag.rpartition("}")[2] in ("literal", "uri")]
    assert found == [
        value
        for row, kept in zip(values, bindings, strict=True)
        for name, value in zip("xy", row, strict=True)
        if name in kept
    ]


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        ("ASK {}", "application/sparql-results+json", '{"head":{},"boolean":true}'),
        (
            "ASK { FILTER(false) }",
            "application/sparql-results+xml",
            '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
            "<boolean>false</boolean></sparql>",
        ),
        ("SELECT ?x { FILTER(false) }", "text/csv", "x\r\n"),
        ("SELECT ?x { FILTER(false) }", "text/tab-separated-values", "?x\n"),
        (
            "SELECT ?x { FILTER(false) }",
            "application/sparql-results+json",
            '{"head":{"vars":["x"]},"results":{"bindings":[]}}',
        ),
        ("SELECT ?y ?x { BIND(1 AS ?x) BIND(2 AS ?y) }", "text/csv", "y,x\r\n2,1\r\n"),
        ("SELECT ?x { VALUES ?x { UNDEF } }", "text/csv", "x\r\n\r\n"),
        ("SELECT (1e0 AS ?a) (1.50 AS ?b) (-0 AS ?c) {}", "text/csv", "a,b,c\r\n1,1.5,0\r\n"),
    ],
)
def test_small_answers_are_written_to_the_byte(
    served: Subject, query: str, media_type: str, body: str
) -> None:
    """Booleans, no rows, unbound rows, and variables in the order of the projection."""
    assert ask(served, query, media_type).body.decode() == body


def test_n_triples_are_written_to_the_byte(served: Subject) -> None:
    """Each triple is one line, ended by LF, in UTF-8."""
    body = ask(served, CONSTRUCT, "application/n-triples").body.decode()
    assert body.endswith(" .\n")
    assert sorted(body.split("\n")[:-1]) == sorted(N_TRIPLES)


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE <https://example.org/garden/id/plant/apple>"])
def test_graphs_are_the_same_in_every_format(served: Subject, query: str, media_type: str) -> None:
    """Another library reads the same triples from each format of CONSTRUCT and of DESCRIBE."""
    lines = ask(served, query, "application/n-triples").body.decode()
    expected = set(Graph().parse(data=lines, format="nt"))
    given = Dataset().parse(data=ask(served, query, media_type).body, format=GRAPHS[media_type])
    assert len(expected) > 4
    assert {quad[:3] for quad in given.quads()} == expected


def test_a_wrong_literal_makes_no_ill_formed_answer(served: Subject) -> None:
    """What XML cannot say is refused with another format named, and given in JSON."""
    query = 'SELECT ("a\\u0001" AS ?x) {}'
    assert ask(served, query, "application/sparql-results+xml").status == 406
    assert json.loads(ask(served, query, "application/sparql-results+json").body)["results"]["bindings"]
