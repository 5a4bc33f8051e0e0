"""Picky requests about everything but formats: parameters, encodings, methods, headers, caching, errors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest

from travaux_server.selftest.subject import Subject

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
GRAPHS = "https://example.org/garden/graph/"
ASK = "query=ASK%20%7B%7D"
COUNT = "SELECT (COUNT(*) AS ?n) "
TRUE = b'{"head":{},"boolean":true}'
LIMIT = 2_000


@dataclass(frozen=True)
class Ask:
    """A request by its parts, the query string and the body as they go over the wire."""

    string: str = ""
    body: bytes | None = None
    content_type: str = FORM
    method: str = ""
    path: str = "/sparql"


ANSWERS = {
    "plus is a space": (Ask("query=SELECT+('a+b'+AS+%3Fx)+%7B%7D"), b"x\r\na b\r\n"),
    "%20 is a space": (Ask("query=SELECT%20('a%20b'%20AS%20%3Fx)%20%7B%7D"), b"x\r\na b\r\n"),
    "%2B is a plus": (Ask("query=SELECT+('a%2Bb'+AS+%3Fx)+%7B%7D"), b"x\r\na+b\r\n"),
    "decoded once": (Ask("query=SELECT+('%2541'+AS+%3Fx)+%7B%7D"), b"x\r\n%41\r\n"),
    "decoded once in a form": (Ask(body=b"query=SELECT+('%2541%252B'+AS+%3Fx)+%7B%7D"), b"x\r\n%41%2B\r\n"),
    "never decoded in a direct body": (
        Ask(body=b"SELECT ('%41+b' AS ?x) {}", content_type=DIRECT),
        b"x\r\n%41+b\r\n",
    ),
    "case of hexadecimal digits": (Ask("query=SELECT+('%c3%A9'+AS+%3Fx)+%7B%7D"), "x\r\né\r\n".encode()),
    "beyond the basic plane": (Ask("query=SELECT+('%F0%9D%94%98'+AS+%3Fx)+%7B%7D"), "x\r\n𝔘\r\n".encode()),
    "escapes of SPARQL": (Ask("query=SELECT+('%5Cu00e9'+AS+%3Fx)+%7B%7D"), "x\r\né\r\n".encode()),
    "other parameters": (Ask("query=SELECT+('a'+AS+%3Fx)+%7B%7D&callback=f&debug=on&_=1"), b"x\r\na\r\n"),
    "a semicolon parts nothing": (Ask("query=SELECT+('a;b=c'+AS+%3Fx)+%7B%7D"), b"x\r\na;b=c\r\n"),
    "an equals sign in a value": (Ask("query=SELECT+('a=b'+AS+%3Fx)+%7B%7D"), b"x\r\na=b\r\n"),
    "empty parts of a query string": (Ask("&&query=SELECT+('a'+AS+%3Fx)+%7B%7D&&"), b"x\r\na\r\n"),
    "line ends in a query": (Ask(body=b"SELECT ('a' AS ?x)\r\n#c\r{}\n", content_type=DIRECT), b"x\r\na\r\n"),
    "a comment without an end": (Ask(body=b"SELECT ('a' AS ?x) {} #", content_type=DIRECT), b"x\r\na\r\n"),
    "a byte order mark": (Ask(body=b"\xef\xbb\xbfSELECT ('a' AS ?x) {}", content_type=DIRECT), b"x\r\na\r\n"),
    "charset of a direct body": (
        Ask(body="SELECT ('é' AS ?x) {}".encode(), content_type=DIRECT + "; charset=UTF-8"),
        "x\r\né\r\n".encode(),
    ),
    "charset in quotation marks": (
        Ask(body="SELECT ('é' AS ?x) {}".encode(), content_type=DIRECT + ';charset="utf-8"'),
        "x\r\né\r\n".encode(),
    ),
    "charset of a form": (
        Ask(body=b"query=SELECT+('%C3%A9'+AS+%3Fx)+%7B%7D", content_type=FORM + "; charset=utf-8"),
        "x\r\né\r\n".encode(),
    ),
    "case of a media type": (
        Ask(body=b"SELECT ('a' AS ?x) {}", content_type="Application/SPARQL-Query"),
        b"x\r\na\r\n",
    ),
    "a final slash": (Ask("query=SELECT+('a'+AS+%3Fx)+%7B%7D", path="/sparql/"), b"x\r\na\r\n"),
    "a query in the URL of a form": (
        Ask("query=SELECT+('a'+AS+%3Fx)+%7B%7D", body=b"timeout=2"),
        b"x\r\na\r\n",
    ),
    "a fraction of a second": (Ask("timeout=1.5&query=SELECT+('a'+AS+%3Fx)+%7B%7D"), b"x\r\na\r\n"),
}


def send(server: Subject, ask: Ask, **headers: str) -> tuple[int, bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if ask.body is not None and ask.content_type:
        sent["Content-Type"] = ask.content_type
    path = ask.path + ("?" + ask.string if ask.string else "")
    reply = server.ask(path, ask.method or ("GET" if ask.body is None else "POST"), ask.body, sent)
    return reply.status, reply.body


@pytest.mark.parametrize("name", ANSWERS)
def test_a_request_is_read_as_the_standards_say(served: Subject, name: str) -> None:
    """Each spelling of a request means one query, and its answer in CSV is this, to the byte."""
    ask, expected = ANSWERS[name]
    assert send(served, ask, Accept="text/csv") == (200, expected)


REFUSED = {
    "an empty query": (Ask("query="), 400),
    "white space for a query": (Ask("query=%20%0A"), 400),
    "a comment for a query": (Ask("query=%23"), 400),
    "an empty form": (Ask(body=b""), 400),
    "a form without a query": (Ask(body=b"format=json"), 400),
    "an empty direct body": (Ask(body=b"", content_type=DIRECT), 400),
    "two queries": (Ask(f"{ASK}&{ASK}"), 400),
    "two queries, one empty": (Ask(f"{ASK}&query="), 400),
    "a query in URL and form": (Ask(ASK, body=ASK.encode()), 400),
    "a query in URL and body": (Ask(ASK, body=b"ASK {}", content_type=DIRECT), 400),
    "two formats": (Ask(f"{ASK}&format=json&format=xml"), 400),
    "two timeouts": (Ask(f"{ASK}&timeout=1&timeout=2"), 400),
    "query and update": (Ask(f"{ASK}&update=DROP%20ALL"), 400),
    "a name in capitals": (Ask(body=b"QUERY=ASK%20%7B%7D"), 400),
    "no time at all": (Ask(f"{ASK}&timeout=0"), 400),
    "negative time": (Ask(f"{ASK}&timeout=-1"), 400),
    "no number": (Ask(f"{ASK}&timeout=soon"), 400),
    "not a number": (Ask(f"{ASK}&timeout=nan"), 400),
    "infinite time": (Ask(f"{ASK}&timeout=inf"), 400),
    "digits of another script": (Ask(f"{ASK}&timeout=%D9%A1"), 400),
    "a relative graph": (Ask(f"{ASK}&default-graph-uri=record"), 400),
    "an empty graph": (Ask(f"{ASK}&default-graph-uri="), 400),
    "a graph with a space": (Ask(f"{ASK}&named-graph-uri=urn:a%20b"), 400),
    "a graph that ends the IRI": (Ask(f"{ASK}&named-graph-uri=urn:a%3E%3Curn:b"), 400),
    "601 parameters": (Ask(ASK + "&a=b" * 600), 400),
    "%FF": (Ask("query=ASK%20%7B%7D%20%23%FF"), 400),
    "overlong UTF-8": (Ask("query=ASK%20%7B%7D%20%23%C0%AF"), 400),
    "a surrogate": (Ask("query=ASK%20%7B%7D%20%23%ED%A0%80"), 400),
    "beyond Unicode": (Ask("query=ASK%20%7B%7D%20%23%F4%90%80%80"), 400),
    "half a character": (Ask("query=ASK%20%7B%7D%20%23%C3"), 400),
    "bytes that are no UTF-8": (Ask(body=b"ASK {} #\xff", content_type=DIRECT), 400),
    "UTF-16 that says nothing": (Ask(body="ASK {}".encode("utf-16"), content_type=DIRECT), 400),
    "UTF-16 that says so": (
        Ask(body="ASK {}".encode("utf-16"), content_type=DIRECT + ";charset=utf-16"),
        415,
    ),
    "Latin 1": (Ask(body=b"ASK {} #\xe9", content_type=DIRECT + "; charset=iso-8859-1"), 415),
    "NUL": (Ask("query=ASK%20%7B%7D%00"), 400),
    "NUL in a string": (Ask("query=ASK%20%7B%20%3Fs%20%3Fp%20'%00'%20%7D"), 400),
    "a bell": (Ask(body=b"ASK {}\x07", content_type=DIRECT), 400),
    "no media type": (Ask(body=b"ASK {}", content_type=""), 415),
    "a media type of nothing": (Ask(body=b"ASK {}", content_type=";"), 415),
    "JSON": (Ask(body=b'{"query": "ASK {}"}', content_type="application/json"), 415),
    "parts of a form": (Ask(body=b"--x--", content_type="multipart/form-data; boundary=x"), 415),
    "an update": (Ask(body=b"DROP ALL", content_type="application/sparql-update"), 415),
    "an update sent as a query": (Ask(body=b"DROP ALL", content_type=DIRECT), 400),
    "an update in the URL": (Ask("update=DROP+ALL"), 400),
    "two queries in one": (Ask(body=b"ASK {} ASK {}", content_type=DIRECT), 400),
    "PUT": (Ask(ASK, method="PUT"), 405),
    "DELETE": (Ask(ASK, method="DELETE"), 405),
    "PATCH": (Ask(ASK, method="PATCH"), 405),
    "a method of WebDAV": (Ask(ASK, method="PROPFIND"), 405),
    "TRACE": (Ask(ASK, method="TRACE"), 405),
    "a path below": (Ask(ASK, path="/sparql/query"), 404),
    "another case": (Ask(ASK, path="/SPARQL"), 404),
    "two slashes": (Ask(ASK, path="/sparql//"), 404),
    "an unknown prefix": (Ask("query=ASK%20%7B%3Fs%20no:where%201%7D"), 400),
    "a long query": (Ask(body=b"#" * 200_000, content_type=DIRECT), 413),
    "a longer query": (Ask(body=b"#" * 900_000, content_type=DIRECT), 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_request_is_refused_in_few_words(served: Subject, name: str) -> None:
    """The status is that of the fault; the problem is short, and tells nothing of the server's inside."""
    ask, status = REFUSED[name]
    found, body = send(served, ask)
    assert found == status
    problem = json.loads(body)
    assert (problem["status"], bool(problem["title"])) == (status, True)
    assert len(body) < LIMIT
    for inside in (b"Traceback", b'File "', b"travaux_server", b"site-packages", b".py"):
        assert inside not in body


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\n{ ?s ?p ", 2, 1),
        ("SELECT *\r\n{\r\n ?s nowhere:x ?o }", 3, 5),
        ("ASK { ?é ?p 'x }", 1, 13),
        ("ASK { '𝔘' ?p ]", 1, 14),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 0),
        ("SELECT * {} LIMIT -1", 1, 19),
        ("ASK { BIND(1 AS ?x) BIND(2 AS ?x) }", 1, 0),
        ("SELECT ?y { ?s ?p ?o } GROUP BY ?s", 1, 0),
    ],
)
def test_an_error_says_where(served: Subject, query: str, line: int, column: int) -> None:
    """Line and column, in characters from 1, and a message; column 0 stands for any."""
    status, body = send(served, Ask(body=query.encode(), content_type=DIRECT))
    problem = json.loads(body)
    assert (status, problem["line"]) == (400, line)
    assert column in (0, problem["column"])
    assert problem["detail"]


def counted(server: Subject, query: str, **graphs: list[str]) -> int:
    fields = {"query": query} | {name.replace("_", "-"): values for name, values in graphs.items()}
    status, body = send(server, Ask(urlencode(fields, doseq=True)), Accept="text/csv")
    assert status == 200
    return int(body.split()[1])


def test_graphs_of_the_request_go_before_those_of_the_query(served: Subject) -> None:
    """default-graph-uri and named-graph-uri make the dataset; FROM counts only without them."""
    record, links = GRAPHS + "record", GRAPHS + "links"
    everything, anywhere = COUNT + "{ ?s ?p ?o }", COUNT + "{ GRAPH ?g { ?s ?p ?o } }"
    size = counted(served, f"{COUNT} FROM <{record}> {{ ?s ?p ?o }}")
    assert counted(served, f"{COUNT} FROM <{links}> {{ ?s ?p ?o }}", default_graph_uri=[record]) == size
    assert counted(served, f"{COUNT} FROM NAMED <{links}> {{ ?s ?p ?o }}", default_graph_uri=[record]) == size
    assert counted(served, anywhere, named_graph_uri=[record]) == size
    assert counted(served, everything, named_graph_uri=[record]) == 0
    assert counted(served, anywhere, default_graph_uri=[record]) == 0
    assert counted(served, everything, default_graph_uri=[record, record]) == size
    assert counted(served, everything, default_graph_uri=[record, links]) == size + 3
    assert counted(served, f"{COUNT} FROM <urn:none> {{ ?s ?p ?o }}") == 0
    assert counted(served, everything, default_graph_uri=["urn:none"]) == 0
    assert counted(served, f"{COUNT} FROM <urn:none> FROM <{record}> {{ ?s ?p ?o }}") == size


def test_a_post_says_what_a_get_says(served: Subject) -> None:
    """The bytes of an answer do not depend on how the query came."""
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"
    bodies = {
        served.ask("/sparql?query=" + quote(query)).body,
        served.query(query.encode()).body,
        send(served, Ask(body=urlencode({"query": query}).encode()))[1],
    }
    assert len(bodies) == 1
