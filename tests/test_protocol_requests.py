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


@pytest.mark.parametrize(
    "path", [f"/sparql?{ASK}", "/sparql?query=SELCT", "/sparql", "/no-such", "/graph-store"]
)
def test_no_header_of_a_client_is_reflected(served: Subject, path: str) -> None:
    """Host, Origin and X-Forwarded-* appear in no header and no body, and CORS is never with credentials."""
    names = (
        "Host",
        "Origin",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "Forwarded",
        "Referer",
    )
    for accept in ("*/*", "text/html"):
        headers = dict.fromkeys(names, "https://evil.example") | {"Accept": accept, "Cookie": "a=evil"}
        reply = served.ask(path, headers=headers)
        assert b"evil" not in reply.body
        assert all("evil" not in value for value in reply.headers.values())
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "target", ["/sparql%0d%0aX-Evil:%201", "/id/a%0d%0aX-Evil:%201", "/doc/a%0d%0aX-Evil:%201"]
)
def test_line_ends_in_a_path_make_no_header(served: Subject, target: str) -> None:
    """CR and LF, percent-encoded, end no header of the answer."""
    for suffix in ("", "?query=%0d%0aX-Evil:%201", "?graph=urn:a%0d%0aX-Evil:%201"):
        reply = served.ask(target + suffix)
        assert reply.status in (400, 404)
        assert "x-evil" not in reply.headers


def test_options_tells_what_may_be_asked(served: Subject) -> None:
    """OPTIONS, with a preflight's headers or without, names the methods and what a page may send and read."""
    origin = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    for headers in ({}, origin, {**origin, "Access-Control-Request-Headers": "content-type"}):
        reply = served.ask("/sparql", "OPTIONS", headers=headers)
        assert reply.status in (200, 204)
        assert {name.strip() for name in reply.headers["allow"].split(",")} == {
            "GET",
            "HEAD",
            "POST",
            "OPTIONS",
        }
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert "content-type" in reply.headers["access-control-allow-headers"].lower()
        assert int(reply.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_405_tells_which_methods_there_are(served: Subject, method: str) -> None:
    """A method that is not served brings Allow, true to what is."""
    reply = served.ask("/sparql", method)
    assert reply.status == 405
    allowed = {name.strip() for name in reply.headers["allow"].split(",")}
    assert allowed == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    "path", [f"/sparql?{ASK}", "/sparql", "/sparql?query=SELCT", "/graph-store?default", "/health"]
)
def test_head_is_get_without_the_body(served: Subject, path: str) -> None:
    """Status and all headers that describe the answer are those of GET."""
    got, head = served.ask(path), served.ask(path, "HEAD")
    assert (head.status, head.body) == (got.status, b"")
    for name in ("content-type", "etag", "vary", "cache-control", "x-release", "link"):
        assert head.headers.get(name) == got.headers.get(name)
    if path != "/health":
        assert head.headers["content-length"] == str(len(got.body))


def test_an_answer_that_the_client_has_is_304(served: Subject) -> None:
    """If-None-Match by strong, weak and listed tags; a tag of another query, format or graph is no match."""
    path = f"/sparql?{ASK}"
    reply = served.ask(path)
    tag = reply.headers["etag"]
    for condition in (tag, "W/" + tag, f'"other", {tag}', f'W/"other" , W/{tag}'):
        again = served.ask(path, headers={"If-None-Match": condition})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")
        assert again.headers["vary"] == reply.headers["vary"]
    for condition in ('"other"', '"nonsense'):
        assert served.ask(path, headers={"If-None-Match": condition}).status == 200
    others = [f"{path}&format=xml", f"{path}&default-graph-uri=urn:g", "/sparql?query=ASK%20%7B%20%7D"]
    assert all(served.ask(other, headers={"If-None-Match": tag}).status == 200 for other in others)
    assert served.ask(f"/sparql?{ASK}%20x", headers={"If-None-Match": tag}).status == 400


def test_what_changes_is_never_kept(served: Subject) -> None:
    """An answer that depends on the moment has no tag and is not to be stored; others may be."""
    moment = served.ask("/sparql?query=" + quote("SELECT (NOW() AS ?x) {}"))
    assert "etag" not in moment.headers
    assert moment.headers["cache-control"] == "no-store"
    assert "no-store" not in served.ask(f"/sparql?{ASK}").headers["cache-control"]


def test_a_post_says_what_a_get_says(served: Subject) -> None:
    """The bytes of an answer do not depend on how the query came."""
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"
    bodies = {
        served.ask("/sparql?query=" + quote(query)).body,
        served.query(query.encode()).body,
        send(served, Ask(body=urlencode({"query": query}).encode()))[1],
    }
    assert len(bodies) == 1
