"""Linked data as clients meet it: every IRI resolves, in every format, with the same triples."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import reduce
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from httplink import parse_link_header
from rdflib import RDF, RDFS, Dataset, Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from werkzeug.test import TestResponse

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True, public_url="https://data.example/base")
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "nq": ("application/n-quads", "nquads"),
}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HOSTILE_KEYS = (
    *(
        "nothing",
        "person/amin",
        "person/amina/",
        "person/",
        "person/amina.xyz",
        "%C3%A9t%C3%A9",
        "a%20b",
        "%22",
    ),
    *(
        "%3E%20?x%20?y%20%7D",
        "%0D%0ASet-Cookie:%20a=b",
        "%00",
        "..%2F..%2Fetc%2Fpasswd",
        "%3Cscript%3E",
    ),
    *("%7B%7B7*7%7D%7D", "%E2%80%AEevil", "a" * 4000),
)


@pytest.fixture(scope="module")
def client(small_release: Release) -> Iterator[FlaskClient]:
    with Engine(small_release, SETTINGS) as engine:
        yield create_app(small_release, engine, SETTINGS).test_client()


@pytest.fixture(scope="module")
def dump(small_release: Release) -> Dataset:
    """All graphs of the small release."""
    dataset = Dataset(default_union=True)
    dataset.parse(small_release.dump, format="nquads")
    return dataset


def own_iris(dataset: Dataset, base: str) -> list[str]:
    """Every IRI of the release's own that stands in it, as subject, predicate, object or graph."""
    terms = {term for quad in dataset.quads() for term in quad if term is not None}
    return sorted(str(term) for term in terms if isinstance(term, URIRef) and term.startswith(base))


def things(dataset: Dataset, base: str) -> list[str]:
    """Keys of all things: subjects below `id/`, without those that are a part of another's document."""
    subjects = {str(subject) for subject in dataset.subjects(unique=True)}
    return sorted(
        iri.removeprefix(base + "id/") for iri in subjects if iri.startswith(base + "id/") and "#" not in iri
    )


def path_of(iri: str, base: str) -> str:
    """The path under which the server answers for an IRI of its own."""
    return "/" + quote(iri.removeprefix(base).partition("#")[0], safe="/%")


def parsed(response: TestResponse) -> Graph:
    name = next(name for media_type, name in FORMATS.values() if response.mimetype == media_type)
    if name == "nquads":
        dataset = Dataset(default_union=True).parse(data=response.data, format=name)
        return reduce(Graph.add, dataset.triples((None, None, None)), Graph())
    return Graph().parse(data=response.data, format=name, publicID="http://relative.invalid/")


def related(response: TestResponse) -> dict[str, set[str]]:
    """The targets of the links in the header, by relation."""
    found: dict[str, set[str]] = {}
    for link in parse_link_header(response.headers["Link"]).links:
        for relation in link.rel:
            found.setdefault(relation, set()).add(link.target)
    return found


def test_every_iri_resolves(client: FlaskClient, dump: Dataset, small_release: Release) -> None:
    """Whatever IRI of ours the release holds, asking for it ends in 200, as a page and as RDF or a file."""
    base = small_release.manifest.base
    found = own_iris(dump, base)
    assert len(found) > 50
    for path in sorted({path_of(iri, base) for iri in found}):
        for headers in (BROWSER, {}):
            answer = client.get(path, headers=headers, follow_redirects=True, buffered=True)
            assert answer.status_code == 200, path


def test_every_fragment_is_described_in_its_document(
    client: FlaskClient, dump: Dataset, small_release: Release
) -> None:
    """An IRI with a fragment is described in the RDF of the document before it, if it is described at all."""
    base = small_release.manifest.base
    documents: dict[str, Graph] = {}
    for iri in own_iris(dump, base):
        if "#" not in iri or (URIRef(iri), None, None) not in dump:
            continue
        path = path_of(iri, base)
        if path not in documents:
            documents[path] = parsed(
                client.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
            )
        assert (URIRef(iri), None, None) in documents[path], iri
    assert {"/ontology", "/shapes"} <= documents.keys()


def test_all_formats_hold_the_same_triples(
    client: FlaskClient, dump: Dataset, small_release: Release
) -> None:
    """Each thing's document parses in each format, negotiated or by suffix, to the same triples."""
    for key in things(dump, small_release.manifest.base):
        graphs = {}
        for suffix, (media_type, _) in FORMATS.items():
            by_suffix = client.get(f"/doc/{key}.{suffix}")
            negotiated = client.get(f"/doc/{key}", headers={"Accept": media_type})
            assert by_suffix.data == negotiated.data
            assert by_suffix.mimetype == media_type
            graphs[suffix] = set(parsed(by_suffix))
        assert len(graphs["nt"]) > 5
        assert all(graph == graphs["nt"] for graph in graphs.values()), key


def test_a_document_holds_what_the_release_says(
    client: FlaskClient, dump: Dataset, small_release: Release
) -> None:
    """A document has each triple with the thing as subject or object, labels, and itself: nothing else."""
    base = small_release.manifest.base
    for key in things(dump, base):
        thing, document = URIRef(f"{base}id/{key}"), URIRef(f"{base}doc/{key}")
        found = set(parsed(client.get(f"/doc/{key}.nt")))
        expected = set(dump.triples((thing, None, None))) | set(dump.triples((None, None, thing)))
        expected = {triple[:3] for triple in expected}
        assert expected <= found
        rest = found - expected
        assert {subject for subject, predicate, _ in rest if predicate != RDFS.label} == {document}
        named = {term for triple in expected for term in (triple[0], triple[2])}
        assert {subject for subject, predicate, _ in rest if predicate == RDFS.label} <= named


def test_a_document_speaks_of_itself(client: FlaskClient, small_release: Release) -> None:
    """A document names its topic, its data set, its licence, its release and the graphs it is made of."""
    base = small_release.manifest.base
    graph = parsed(client.get("/doc/person/amina.ttl"))
    said = {(str(predicate), str(value)) for predicate, value in graph[URIRef(f"{base}doc/person/amina")]}
    assert said == {
        (str(RDF.type), "http://xmlns.com/foaf/0.1/Document"),
        ("http://xmlns.com/foaf/0.1/primaryTopic", f"{base}id/person/amina"),
        ("http://rdfs.org/ns/void#inDataset", f"{base}dataset"),
        ("http://purl.org/dc/terms/license", small_release.manifest.licence),
        ("http://purl.org/dc/terms/isPartOf", f"{base}releases/2026.01.1"),
        ("http://www.w3.org/ns/prov#wasDerivedFrom", f"{base}graph/reference"),
    }


@pytest.mark.parametrize("headers", [{}, BROWSER, {"Accept": "text/turtle"}, {"Accept": "image/png"}])
def test_a_thing_leads_to_its_document(client: FlaskClient, headers: dict[str, str]) -> None:
    """A thing is no document: 303 to the one about it, whatever the client accepts."""
    answer = client.get("/id/person/amina", headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/person/amina")
    assert '</doc/person/amina>; rel="describedby"' in answer.headers["Link"]


def test_without_accept_a_document_is_turtle(client: FlaskClient) -> None:
    """Who states no preference gets Turtle, a browser gets the page."""
    assert client.get("/doc/person/amina").mimetype == "text/turtle"
    assert client.get("/doc/person/amina", headers={"Accept": "*/*"}).mimetype == "text/turtle"
    assert client.get("/doc/person/amina", headers=BROWSER).mimetype == "text/html"
    assert client.get("/doc/person/amina.html", headers={"Accept": "text/turtle"}).mimetype == "text/html"


@pytest.mark.parametrize("path", ["/doc/person/amina", "/ontology", "/shapes", "/dataset", "/graph/record"])
def test_headers_say_what_else_there_is(client: FlaskClient, path: str, small_release: Release) -> None:
    """Content-Location, Vary, licence, canonical IRI, and for each other format an alternate that works."""
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.headers["Content-Location"] == f"{path}.ttl"
    assert {"Accept", "Accept-Encoding"} <= set(answer.vary)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    links = related(answer)
    assert links["canonical"] == {small_release.manifest.base + path[1:]}
    assert links["license"] == {small_release.manifest.licence}
    assert links["alternate"] == {f"{path}.{suffix}" for suffix in ("html", "jsonld", "nt", "rdf", "nq")}
    for address in links["alternate"] | links["linkset"]:
        assert client.get(address).status_code == 200
    page = client.get(path, headers=BROWSER)
    assert f'<{path}.ttl>; rel="alternate describedby"; type="text/turtle"' in page.headers["Link"]
    assert related(page)["describedby"] >= {f"{path}.{suffix}" for suffix in FORMATS}


def test_a_page_names_the_types_of_its_thing(client: FlaskClient, small_release: Release) -> None:
    """The page's Link header has the classes of the thing and its IRI, for clients that read no HTML."""
    links = related(client.get("/doc/person/amina.html"))
    assert f"{small_release.manifest.base}ontology#Person" in links["type"]
    assert links["describes"] == links["cite-as"] == {f"{small_release.manifest.base}id/person/amina"}


def test_each_format_has_its_own_tag(client: FlaskClient) -> None:
    """ETags differ between formats and codings, stay the same for the same, and earn a 304 without a body."""
    tags = set()
    for suffix in ("html", *FORMATS):
        for coding in ("identity", "gzip"):
            headers = {"Accept-Encoding": coding}
            first = client.get(f"/doc/meeting/spring.{suffix}", headers=headers)
            again = client.get(
                f"/doc/meeting/spring.{suffix}", headers={**headers, "If-None-Match": first.headers["ETag"]}
            )
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]
            tags.add(first.headers["ETag"])
    assert len(tags) == 2 * (1 + len(FORMATS))


def test_bodies_travel_compressed(client: FlaskClient) -> None:
    """With gzip accepted the body is compressed and says so; it is the same body."""
    plain = client.get("/ontology.ttl")
    packed = client.get("/ontology.ttl", headers={"Accept-Encoding": "br;q=0.5, gzip"})
    refused = client.get("/ontology.ttl", headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "/id/person/amina",
        "/doc/person/amina",
        "/doc/person/amina.html",
        "/ontology",
        "/graph/record",
        "/id/nothing",
    ],
)
def test_head_says_what_get_says(client: FlaskClient, path: str) -> None:
    """HEAD has the status and headers of GET, and no body."""
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("path", ["/id/", "/doc/"])
@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_what_is_unknown_is_not_found(client: FlaskClient, path: str, key: str) -> None:
    """An unknown key is a 404, never an error of ours, and leaves nothing of itself in a header."""
    answer = client.get(path + key)
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert all("evil" not in value and "Set-Cookie" not in value for value in answer.headers.values())


def test_bytes_that_are_no_text_are_refused(client: FlaskClient) -> None:
    """A key that is not UTF-8 when percent-decoded is a 400."""
    assert client.get("/id/%FF").status_code == 400


def test_not_found_negotiates(client: FlaskClient) -> None:
    """A 404 is a page for browsers, problem details for programs, text for whoever wants text."""
    types = {
        accept: client.get("/id/nothing", headers={"Accept": accept} if accept else {}).mimetype
        for accept in ("", BROWSER["Accept"], "text/plain", "application/json", "text/turtle")
    }
    assert types[""] == "application/problem+json"
    assert types[BROWSER["Accept"]] == "text/html"
    assert types["text/plain"] == "text/plain"
    assert types["application/json"] == "application/problem+json"
    assert types["text/turtle"] == "application/problem+json"


def test_no_format_on_offer(client: FlaskClient) -> None:
    """Who accepts none of the formats gets 406 with the list of those there are."""
    answer = client.get("/doc/person/amina", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.get_json(force=True)["variants"]
    assert client.get("/ontology.png").status_code == 404


@pytest.mark.parametrize(
    ("path", "name"), [("/ontology", "ontology"), ("/shapes", "shapes"), ("/graph/links", "links")]
)
def test_a_graph_is_whole_in_every_format(
    client: FlaskClient, dump: Dataset, small_release: Release, path: str, name: str
) -> None:
    """Ontology, shapes and graphs are the triples of their graph, and beyond that of themselves alone."""
    expected = set(dump.graph(URIRef(small_release.iris.graph(name))))
    assert expected
    found = set(parsed(client.get(f"{path}.nt")))
    itself = URIRef(small_release.manifest.base + path[1:])
    assert expected < found
    assert all(itself in (subject, value) for subject, _, value in found - expected)
    assert all(set(parsed(client.get(f"{path}.{suffix}"))) == found for suffix in FORMATS)


def test_the_data_set_describes_itself(client: FlaskClient, small_release: Release) -> None:
    """The document of the data set is the description graph; clients that look for VoID are led to it."""
    graph = parsed(client.get("/dataset", headers={"Accept": "text/turtle"}))
    assert (URIRef(small_release.iris.dataset), RDF.type, None) in graph
    assert client.get("/.well-known/void").headers["Location"] == "/dataset"


def test_the_base_leads_to_the_data_set(client: FlaskClient) -> None:
    """At the base a browser gets the home page, a program the description of the data set."""
    assert client.get("/", headers=BROWSER).status_code == 200
    answer = client.get("/", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dataset")


def test_host_is_never_believed(client: FlaskClient) -> None:
    """Nothing of a forged Host or X-Forwarded header stands in any answer."""
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    paths = ["/", "", "/id/person/amina", "/doc/person/amina", "/ontology", "/download", "/nothing"]
    for path in (*paths, "/browse/", "/id//x/../", "/id/person//amina", "/graph/record/"):
        for accept in ("text/html", "text/turtle", "text/plain"):
            environment = {"SCRIPT_NAME": "/mounted", "PATH_INFO": path}
            answer = client.get(
                "/", headers={**forged, "Accept": accept}, environ_overrides=environment, buffered=True
            )
            assert b"evil.example" not in answer.data
            assert "evil.example" not in str(answer.headers)
            assert "gopher" not in str(answer.headers)


def test_under_a_prefix_all_links_carry_it(client: FlaskClient) -> None:
    """Mounted below a path, redirects, headers and pages point below it as well."""
    mounted = {"SCRIPT_NAME": "/mounted"}
    answer = client.get("/id/person/amina", environ_overrides=mounted)
    assert answer.headers["Location"] == "/mounted/doc/person/amina"
    answer = client.get("/doc/person/amina.html", environ_overrides=mounted)
    assert answer.headers["Content-Location"] == "/mounted/doc/person/amina.html"
    links = [part.partition('"')[0] for part in answer.data.decode().split('href="')[1:]]
    local = [link for link in links if not urlsplit(link).scheme and not link.startswith("#")]
    assert len(local) > 10
    assert all(link.startswith("/mounted/") for link in local), local


@pytest.mark.parametrize("name", ["ontology", "shapes", "dataset", "catalogue"])
def test_a_final_slash_is_led_away(client: FlaskClient, name: str) -> None:
    """Who writes a slash behind the address of a document is sent to it for good."""
    answer = client.get(f"/{name}/")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/{name}")


def test_a_list_leads_to_its_items(client: FlaskClient, small_release: Release) -> None:
    """The header of a list names the things in it, the data set, the licence, and itself for good."""
    answer = client.get("/browse/Person", headers=BROWSER)
    links = related(answer)
    assert links["item"] == {"/doc/person/amina", "/doc/person/bela"}
    assert links["collection"] == {"/dataset"}
    assert links["canonical"] == {f"{small_release.manifest.base}browse/Person"}
    assert links["license"] == {small_release.manifest.licence}
    for item in links["item"]:
        assert f'<link rel="item" href="{item}">' in answer.data.decode()


def test_a_file_leads_to_what_describes_it(client: FlaskClient, small_release: Release) -> None:
    """A distribution names the data set, which describes it and whose part it is."""
    answer = client.head(f"/releases/{small_release.manifest.version}/dumps/garden.nq")
    links = related(answer)
    assert "/dataset" in links["describedby"] & links["collection"]
    assert links["license"] == {small_release.manifest.licence}


def test_quads_name_the_graphs(client: FlaskClient, small_release: Release) -> None:
    """In N-Quads each statement stands in the graphs that make it, and the document's own in none."""
    base = small_release.manifest.base
    dataset = Dataset().parse(data=client.get("/doc/person/amina.nq").data, format="nquads")
    stated = {
        str(graph) for *_, graph in dataset.quads((URIRef(f"{base}id/person/amina"), RDFS.label, None, None))
    }
    assert stated == {f"{base}graph/reference"}
    own = dataset.quads((URIRef(f"{base}doc/person/amina"), None, None, None))
    assert {graph for *_, graph in own} == {DATASET_DEFAULT_GRAPH_ID}
