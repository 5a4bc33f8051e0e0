"""The SPARQL endpoint as clients meet it: protocol, negotiation, errors, caching."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace, URIRef

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(deadline=1.0, workers=2, quiet=True, public_url="https://data.example/base", html_rows=3)
SELECT = "SELECT ?x ?y { VALUES (?x ?y) { (1 'a\\tb\\n\"c\"') (UNDEF <http://e/é>) (2 'd'@fr) } }"
CONSTRUCT = "CONSTRUCT { <http://e/s> <http://e/p> 'o', 1 } WHERE {}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
RESULTS = "{http://www.w3.org/2005/sparql-results#}"


@pytest.fixture(scope="module")
def client(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


def numbers(body: bytes) -> list[int]:
    """The values of ?n in an answer in JSON."""
    return [int(row["n"]["value"]) for row in json.loads(body)["results"]["bindings"]]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_the_three_ways_to_send_a_query(client: FlaskClient, path: str) -> None:
    """GET, POST of a form and POST of the query itself give one answer, with a final slash or without."""
    answers = [
        client.get(path, query_string={"query": SELECT}),
        client.post(path, data={"query": SELECT}),
        client.post(path, data=SELECT.encode(), content_type=DIRECT),
        client.post(path, data=SELECT.encode(), content_type=DIRECT + "; charset=UTF-8"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content_type for answer in answers} == {"application/sparql-results+json"}
    assert len({answer.data for answer in answers}) == 1


def test_solutions_in_json(client: FlaskClient) -> None:
    """SPARQL Results JSON says kinds, languages and what is unbound."""
    body = client.get("/sparql", query_string={"query": SELECT}).get_json(force=True)
    assert body["head"]["vars"] == ["x", "y"]
    assert body["results"]["bindings"][1] == {"y": {"type": "uri", "value": "http://e/é"}}
    assert body["results"]["bindings"][2]["y"] == {"type": "literal", "value": "d", "xml:lang": "fr"}


def test_solutions_in_xml(client: FlaskClient) -> None:
    """SPARQL Results XML parses, in its namespace, with the same values."""
    answer = client.get("/sparql", query_string={"query": SELECT, "format": "xml"})
    root = ElementTree.fromstring(answer.data)
    assert answer.content_type == "application/sparql-results+xml"
    assert [variable.get("name") for variable in root.iter(f"{RESULTS}variable")] == ["x", "y"]
    assert [node.text for node in root.iter(f"{RESULTS}literal")] == ["1", 'a\tb\n"c"', "2", "d"]


def test_solutions_in_csv_and_tsv(client: FlaskClient) -> None:
    """CSV has plain values and CRLF; TSV has terms in Turtle and a question mark before each variable."""
    rows = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "text/csv"})
    assert rows.content_type == "text/csv; charset=utf-8"
    read = list(csv.reader(io.StringIO(rows.data.decode(), newline="")))
    assert read == [["x", "y"], ["1", 'a\tb\n"c"'], ["", "http://e/é"], ["2", "d"]]
    assert rows.data.startswith(b"x,y\r\n")
    tabs = client.get("/sparql", query_string={"query": SELECT, "format": "tsv"})
    assert tabs.content_type == "text/tab-separated-values; charset=utf-8"
    assert tabs.data.decode().splitlines() == [
        "?x\t?y",
        '1\t"a\\tb\\n\\"c\\""',
        "\t<http://e/é>",
        '2\t"d"@fr',
    ]


def test_a_boolean_has_json_and_xml_only(client: FlaskClient) -> None:
    """ASK is answered in JSON or XML; CSV and TSV are defined for bindings, so they are not acceptable."""
    ask = {"query": "ASK {}"}
    assert client.get("/sparql", query_string=ask).get_json(force=True) == {"head": {}, "boolean": True}
    document = client.get("/sparql", query_string=ask, headers={"Accept": "application/sparql-results+xml"})
    assert ElementTree.fromstring(document.data).findtext(f"{RESULTS}boolean") == "true"
    refused = client.get("/sparql", query_string=ask, headers={"Accept": "text/csv"})
    assert refused.status_code == 406
    assert "application/sparql-results+json" in refused.get_json(force=True)["variants"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("accept", "content_type", "parser"),
    [
        (None, "text/turtle; charset=utf-8", "turtle"),
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
def test_graphs_in_every_format(
    client: FlaskClient, accept: str | None, content_type: str, parser: str
) -> None:
    """CONSTRUCT is answered in each graph format with the same triples; Turtle when nothing is asked for."""
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/sparql", query_string={"query": CONSTRUCT}, headers=headers)
    assert answer.content_type == content_type
    assert len(Graph().parse(data=answer.data, format=parser)) == 2


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"query_string": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}, 400),
        ({"query_string": "query="}, 400),
        ({"query_string": "query=%FF"}, 400),
        ({"query_string": "query=ASK%20%7B%7D%C0%AF"}, 400),
        ({"query_string": "query=ASK%20%7B%7D%00"}, 400),
        ({"query_string": "query=ASK%20%7B%7D%ED%A0%80"}, 400),
        ({"query_string": "query=SELCT"}, 400),
        ({"query_string": "update=DROP%20ALL"}, 400),
        ({"query_string": "query=DROP%20ALL"}, 400),
        ({"query_string": "query=SELECT%20*%20%7BSERVICE%20%3Chttp://e/%3E%20%7B%7D%7D"}, 400),
        ({"query_string": "query=ASK%20%7B%7D&default-graph-uri=no%20iri"}, 400),
        ({"query_string": "query=ASK%20%7B%7D&timeout=soon"}, 400),
        ({"query_string": "query=ASK%20%7B%7D&timeout=0"}, 400),
        ({"query_string": "&".join(["a=b"] * 600)}, 400),
        ({"method": "POST", "data": b"", "content_type": DIRECT}, 400),
        ({"method": "POST", "data": b"", "content_type": FORM}, 400),
        ({"method": "POST", "data": b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", "content_type": FORM}, 400),
        ({"method": "POST", "data": b"update=DROP%20ALL", "content_type": FORM}, 400),
        ({"method": "POST", "data": b"ASK {}", "content_type": DIRECT, "query_string": "query=ASK{}"}, 400),
        ({"method": "POST", "data": b"ASK {} # \xff", "content_type": DIRECT}, 400),
        ({"method": "POST", "data": b"ASK {}"}, 415),
        ({"method": "POST", "data": b"query=ASK%20%7B%7D", "content_type": "text/plain"}, 415),
        ({"method": "POST", "data": b"DROP ALL", "content_type": "application/sparql-update"}, 415),
        (
            {"method": "POST", "data": "ASK {}".encode("utf-16"), "content_type": DIRECT + ";charset=utf-16"},
            415,
        ),
        (
            {"method": "POST", "data": b"x", "content_type": DIRECT, "headers": {"Content-Encoding": "gzip"}},
            415,
        ),
        ({"method": "POST", "data": b"#" * 1_100_000, "content_type": DIRECT}, 413),
        ({"method": "POST", "data": b"#" * 900_000, "content_type": DIRECT}, 413),
        ({"method": "PUT", "data": b"ASK {}", "content_type": DIRECT}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "PATCH"}, 405),
        ({"query_string": "query=ASK%20%7B%7D", "headers": {"Accept": "image/png"}}, 406),
        ({"query_string": "query=SELECT%20*%20%7B%7D", "headers": {"Accept": "text/turtle"}}, 406),
    ],
)
def test_wrong_requests_have_their_own_status(
    client: FlaskClient, request_: dict[str, str], status: int
) -> None:
    """Each fault of a request has the status of the protocol and a problem in JSON of less than 2 kB."""
    answer = client.open("/sparql", **request_)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["status"] == status
    assert problem["title"]
    assert len(answer.data) < 2000
    assert "Traceback" not in answer.data.decode()
    assert "/travaux_" not in answer.data.decode()


def test_an_error_tells_line_column_and_remedy_in_the_form_asked_for(client: FlaskClient) -> None:
    """The same error is problem details, plain text, or the page with the query still in it."""
    query = {"query": "SELECT *\n{ ?s nowhere:name ?o }"}
    problem = client.get("/sparql", query_string=query).get_json(force=True)
    assert (problem["line"], problem["column"]) == (2, 6)
    assert "PREFIX nowhere:" in problem["hint"]
    plain = client.get("/sparql", query_string=query, headers={"Accept": "text/plain, */*;q=0.1"})
    assert plain.content_type == "text/plain; charset=utf-8"
    assert "line 2, column 6: the prefix “nowhere:” is not declared" in plain.get_data(as_text=True)
    page = client.get("/sparql", query_string=query, headers=HTML)
    assert page.status_code == 400
    assert page.content_type == "text/html; charset=utf-8"
    assert "{ ?s nowhere:name ?o }" in page.get_data(as_text=True)
    assert "is not declared" in page.get_data(as_text=True)


def test_a_media_type_that_is_not_read_is_told_which_are(client: FlaskClient) -> None:
    """415 names the types that a POST may have; 405 names the methods."""
    answer = client.post("/sparql", data=b"<x/>", content_type="text/xml")
    assert answer.headers["Accept-Post"] == f"{FORM}, {DIRECT}"
    refused = client.put("/sparql", data=b"")
    assert {method.strip() for method in refused.headers["Allow"].split(",")} == {
        "GET",
        "HEAD",
        "POST",
        "OPTIONS",
    }


def test_values_are_decoded_once(client: FlaskClient) -> None:
    """A percent sign that a client has encoded stays one; a plus sign is a space."""
    answer = client.get("/sparql?query=SELECT+('%2541%2B'+AS+%3Fx)+%7B%7D", headers={"Accept": "text/csv"})
    assert answer.data == b"x\r\n%41+\r\n"


def test_dataset_parameters_overrule_the_query(client: FlaskClient, small_release: Release) -> None:
    """The graphs named in the request are the dataset, whatever FROM says; unknown ones are empty."""
    graph = small_release.manifest.graphs[0]
    other = "http://example.org/none"
    query = f"SELECT (COUNT(*) AS ?n) FROM <{other}> {{ ?s ?p ?o }}"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    for fields, expected in (
        ({"query": query}, 0),
        ({"query": query, "default-graph-uri": graph.iri}, graph.triples),
        ({"query": query, "default-graph-uri": [graph.iri, other]}, graph.triples),
        ({"query": named, "named-graph-uri": graph.iri}, graph.triples),
        ({"query": named, "default-graph-uri": graph.iri}, 0),
        ({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "named-graph-uri": graph.iri}, 0),
        ({"query": named, "named-graph-uri": other}, 0),
    ):
        assert numbers(client.get("/sparql", query_string=fields).data) == [expected]
        assert numbers(client.post("/sparql", data=fields).data) == [expected]
    direct = client.post(
        "/sparql",
        query_string={"default-graph-uri": graph.iri},
        data=b"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        content_type=DIRECT,
    )
    assert numbers(direct.data) == [graph.triples]


def test_the_prefixes_of_the_release_need_no_declaration(client: FlaskClient) -> None:
    """A query may use the release's prefixes at once, or declare them otherwise."""
    free = client.get("/sparql", query_string={"query": "ASK { ?s rdfs:label ?o }"})
    assert free.status_code == 200
    own = "PREFIX rdfs: <http://e/> SELECT (rdfs:x AS ?x) {}"
    assert b"http://e/x" in client.get("/sparql", query_string={"query": own}).data


def test_head_and_options(client: FlaskClient) -> None:
    """HEAD has the headers of GET and no body; OPTIONS lets any site ask."""
    query = {"query": "ASK {}"}
    head = client.head("/sparql", query_string=query)
    got = client.get("/sparql", query_string=query)
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]
    options = client.options("/sparql", headers={"Origin": "https://other.example"})
    assert options.status_code in (200, 204)
    assert "POST" in options.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in options.headers["Access-Control-Allow-Headers"]


def test_every_answer_may_be_read_from_any_site_without_credentials(client: FlaskClient) -> None:
    """CORS is `*` and never with credentials, also on errors; nobody is to guess at types."""
    for query in ("ASK {}", "nonsense"):
        answer = client.get("/sparql", query_string={"query": query}, headers={"Origin": "https://o.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Accept" in answer.headers["Vary"]


def test_an_answer_already_there_is_not_sent_again(client: FlaskClient) -> None:
    """The ETag differs by query, format and dataset, and brings 304 without a body."""
    seen = set()
    for fields in (
        {"query": "ASK {}"},
        {"query": "ASK { }"},
        {"query": "ASK {}", "format": "xml"},
        {"query": "ASK {}", "default-graph-uri": "http://e/"},
        {"query": "ASK {}", "named-graph-uri": "http://e/"},
    ):
        answer = client.get("/sparql", query_string=fields)
        seen.add(answer.headers["ETag"])
        again = client.get(
            "/sparql", query_string=fields, headers={"If-None-Match": f'"x", {answer.headers["ETag"]}'}
        )
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert again.headers["Vary"] == answer.headers["Vary"]
    assert len(seen) == 5
    html = client.get("/sparql", query_string={"query": "ASK {}"}, headers=HTML)
    assert html.headers["ETag"] not in seen


def test_what_differs_each_time_is_never_reused(client: FlaskClient) -> None:
    """An answer that depends on the moment or on chance has no ETag and is not to be stored."""
    for text in ("SELECT (NOW() AS ?x) {}", "SELECT (rand() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}"):
        answer = client.get("/sparql", query_string={"query": text}, headers={"If-None-Match": "*"})
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_query_is_no_match_for_any_tag(client: FlaskClient) -> None:
    """`If-None-Match: *` does not turn an error into 304."""
    answer = client.get("/sparql", query_string={"query": "SELECT {"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 400


def test_other_servers_parameters_do_no_harm(client: FlaskClient) -> None:
    """What SPARQLWrapper adds for other servers is passed over in favor of its Accept header."""
    fields = {"query": SELECT, "format": "application/foo", "output": "xml", "results": "xml"}
    answer = client.get("/sparql", query_string=fields, headers={"Accept": "application/sparql-results+xml"})
    assert answer.content_type == "application/sparql-results+xml"


def test_a_long_query_is_503_at_the_time_asked_for(client: FlaskClient) -> None:
    """The deadline, lowered by `timeout`, ends a query with 503 that says so and what helps."""
    text = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"
    answer = client.get("/sparql", query_string={"query": text, "timeout": "0.3"})
    assert answer.status_code == 503
    assert "stopped after 0.3 s" in answer.get_json(force=True)["detail"]
    assert "LIMIT" in answer.get_json(force=True)["hint"]


def test_without_a_query_the_endpoint_describes_itself(client: FlaskClient, small_release: Release) -> None:
    """The service description names endpoint, language, formats, union and each graph with its triples."""
    answer = client.get("/sparql")
    assert answer.content_type == "text/turtle; charset=utf-8"
    described = Graph().parse(data=answer.data, format="turtle")
    sd = Namespace("http://www.w3.org/ns/sparql-service-description#")
    endpoint = URIRef("https://data.example/base/sparql")
    assert (endpoint, RDF.type, sd.Service) in described
    assert (endpoint, sd.endpoint, endpoint) in described
    assert (endpoint, sd.feature, sd.UnionDefaultGraph) in described
    assert set(described.objects(endpoint, sd.supportedLanguage)) == {sd.SPARQL11Query}
    assert len(set(described.objects(endpoint, sd.resultFormat))) == 10
    triples = URIRef("http://rdfs.org/ns/void#triples")
    for graph in small_release.manifest.graphs:
        counted = described.value(URIRef(graph.iri), triples)
        assert counted is not None
        assert int(str(counted)) == graph.triples
    as_json = client.get("/sparql", headers={"Accept": "application/ld+json"})
    assert as_json.content_type == "application/ld+json"


def test_the_description_is_of_the_setting_not_of_the_host_header(client: FlaskClient) -> None:
    """No header of a client decides a URL that is printed."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    assert b"evil" not in client.get("/sparql", headers=headers).data


def test_a_page_is_for_those_who_prefer_one(client: FlaskClient) -> None:
    """A browser gets the form without a query, and a page that shows the first rows and links the formats."""
    form = client.get("/sparql", headers=HTML)
    assert form.content_type == "text/html; charset=utf-8"
    text = "SELECT ?x { VALUES ?x { 'one' 'two' '<three>' 'four' 'five' } }"
    page = client.get("/sparql", query_string={"query": text}, headers=HTML).get_data(as_text=True)
    assert "&lt;three&gt;" in page
    assert "<three>" not in page
    assert "four" not in page.replace("&#39;four&#39;", "").replace("%27four%27", "")
    assert "format=csv" in page
    assert "format=xml" in page
    for query in ("ASK {}", CONSTRUCT):
        assert client.get("/sparql", query_string={"query": query}, headers=HTML).status_code == 200


def test_what_is_not_there_is_a_problem_too(client: FlaskClient) -> None:
    """An unknown path is 404 in the form that the client prefers."""
    assert client.get("/no-such-page").content_type == "application/problem+json"
    assert client.get("/no-such-page", headers=HTML).content_type == "text/html; charset=utf-8"
    assert client.get("/no-such-page", headers=HTML).status_code == 404


def test_health_says_what_is_running(client: FlaskClient, small_release: Release) -> None:
    """The state of the server is JSON that is never stored."""
    answer = client.get("/health")
    state = answer.get_json()
    assert answer.status_code == 200
    assert state["status"] == "ok"
    assert 1 <= state["workers"] <= SETTINGS.processes
    assert state["release"] == small_release.manifest.version
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_is_503_when_the_engine_is_down(small_release: Release) -> None:
    """Without workers, health and queries are 503 and say when to come back."""
    engine = Engine(small_release, SETTINGS)
    with engine:
        client = create_app(small_release, engine, SETTINGS).test_client()
        assert client.get("/health").status_code == 200
    for answer in (client.get("/health"), client.get("/sparql", query_string={"query": "ASK {}"})):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
