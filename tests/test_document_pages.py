"""Documents about things to which very many lead: in pages, which together hold it all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from httplink import parse_link_header
from rdflib import RDF, RDFS, Dataset, Graph, Literal, URIRef
from werkzeug.test import TestResponse

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.proof.asking import Asker
from travaux_server.proof.comparing import Examination
from travaux_server.proof.held import Held
from travaux_server.resources.document import PAGE_SIZE
from travaux_server.settings import Settings

SMALL = Path(__file__).parent / "content"
SETTINGS = Settings(workers=2, quiet=True)
HYDRA = "http://www.w3.org/ns/hydra/core#"
ROSES = 2 * PAGE_SIZE + 1
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml", "nq": "nquads"}
BASE = "https://example.org/été/"
ENCODED = "https://example.org/%C3%A9t%C3%A9/"
SUMMER = f"{BASE}id/plant/summer.html"
PATH = "/doc/plant/summer.html"
"""A key may end as a suffix does."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with a base beyond ASCII, in which things lead to one: one more than two pages hold."""
    folder = tmp_path_factory.mktemp("summer")
    content = folder / "content"
    shutil.copytree(SMALL, content, ignore=shutil.ignore_patterns(".schemas"))
    plant = f"<{RDF.type}> <{BASE}ontology#Plant> .\n"
    roses = [f"<{BASE}id/plant/rose-{number}>" for number in range(ROSES)]
    lines = [f'{rose} {plant}{rose} <{RDFS.label}> "Rose"@en .\n' for rose in roses]
    lines += [f"{rose} <{RDFS.seeAlso}> <{SUMMER}> .\n" for rose in roses]
    lines.append(f'<{SUMMER}> {plant}<{SUMMER}> <{RDFS.label}> "Summer"@en .\n')
    (content / "data" / "links" / "summer.nt").write_text("".join(lines), "utf-8")
    return build(open_content(content, BASE), folder / "releases")


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    with Engine(release, SETTINGS) as engine:
        yield create_app(release, engine, SETTINGS).test_client()


def links(answer: TestResponse) -> dict[str, str]:
    found = parse_link_header(answer.headers["Link"]).links
    return {relation: link.target for link in found for relation in link.rel}


def parsed(answer: TestResponse, suffix: str) -> Graph:
    dataset = Dataset(default_union=True).parse(data=answer.data, format=FORMATS[suffix])
    graph = Graph()
    for subject, predicate, value in dataset.triples((None, None, None)):
        graph.add((subject, predicate, value))
    return graph


@pytest.mark.parametrize("suffix", FORMATS)
def test_pages_lead_from_one_to_the_next(client: FlaskClient, suffix: str) -> None:
    """Following `next` from the document gives three pages, and on them each statement once."""
    path, found, pages = f"{PATH}.{suffix}", Graph(), []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Location"] == path
        graph = parsed(answer, suffix)
        leading = list(graph.triples((None, RDFS.seeAlso, URIRef(SUMMER))))
        assert not any(one in found for one in leading)
        pages.append(len(leading))
        for one in leading:
            found.add(one)
        path = links(answer).get("next", "")
    assert pages == [PAGE_SIZE, PAGE_SIZE, 1]
    assert len(found) == ROSES


def test_each_page_says_which_it_is(client: FlaskClient, release: Release) -> None:
    """The statements of a page about itself, its header and its words agree; all formats say the same."""
    graphs = {suffix: set(parsed(client.get(f"{PATH}.{suffix}?page=2"), suffix)) for suffix in FORMATS}
    assert all(graph == graphs["nt"] for graph in graphs.values())
    document = f"{BASE}{PATH[1:]}"
    graph = parsed(client.get(f"{PATH}.nt?page=2"), "nt")
    assert graph.value(URIRef(document), URIRef(HYDRA + "totalItems")) == Literal(ROSES)
    view = graph.value(URIRef(document), URIRef(HYDRA + "view"))
    assert view == URIRef(f"{document}?page=2")
    for relation, number in {"first": 1, "previous": 1, "next": 3, "last": 3}.items():
        assert graph.value(view, URIRef(HYDRA + relation)) == URIRef(f"{document}?page={number}")
    answer = client.get(f"{PATH}.html?page=2")
    assert links(answer)["canonical"] == f"{ENCODED}{PATH[1:]}?page=2"
    assert links(answer)["prev"] == f"{PATH}.html?page=1"
    text = answer.data.decode()
    assert "This page holds 501 to 1,000 of them." in text
    assert "Page 2 of 3" in text


@pytest.mark.parametrize("page", ["0", "4", "-1", "1.5", "²", "x", "", "9" * 30])
def test_there_are_no_other_pages(client: FlaskClient, page: str) -> None:
    """A page that there is not is a 404, in whatever way it is asked for."""
    assert client.get(PATH, query_string={"page": page}).status_code == 404


def test_the_first_page_is_the_document(client: FlaskClient) -> None:
    """Asked for by its number, the first page is the document itself, under its own canonical address."""
    assert client.get(f"{PATH}.nt?page=1").data == client.get(f"{PATH}.nt").data
    assert links(client.get(f"{PATH}?page=1"))["canonical"] == f"{ENCODED}{PATH[1:]}"


def test_what_is_not_ascii_is_encoded_in_headers(client: FlaskClient) -> None:
    """IRIs and paths beyond ASCII are percent-encoded wherever they stand in a header, and resolve."""
    answer = client.get("/id/plant/summer.html")
    assert answer.headers["Location"] == PATH
    for response in (answer, client.get(PATH), client.get(f"/linkset{PATH}")):
        assert all(value.isascii() for _, value in response.headers)
    found = links(client.get(PATH))
    assert found["cite-as"] == f"{ENCODED}id/plant/summer.html"
    assert client.get(found["linkset"]).status_code == 200


def test_pages_are_proved_too(client: FlaskClient, release: Release) -> None:
    """The proof follows the pages, and finds on them all that the release says."""
    verdict = Examination(Held(release), Asker(client.application), SUMMER, [SUMMER]).verdict()
    assert verdict.faults == ()
    assert verdict.requests == 6 * 3
    assert verdict.triples > 2 * ROSES
