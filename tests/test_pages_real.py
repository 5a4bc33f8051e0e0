"""The real record as readers and programs meet it, and the server's innocence of what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

SETTINGS = Settings(workers=2, quiet=True)
HTML = {"Accept": "text/html"}
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
THINGS = (
    *("recommendation/gcm-1-k-10", "recommendation/gcm-1-e-1", "area/gcm-1-k", "document/gcm-1"),
    *("passage/gcm-1-k-10", "part/gcm-1-iii", "meeting/gcm-1", "programme/gcm-1-panel-2"),
    *("actor/louise-arbour", "actor/un-women", "instrument/icerd", "theme/detention", "scheme/themes"),
)


@pytest.fixture(scope="module")
def client(real_release: Release) -> Iterator[FlaskClient]:
    with Engine(real_release, SETTINGS) as engine:
        yield create_app(real_release, engine, SETTINGS).test_client()


def page(client: FlaskClient, path: str) -> str:
    """The text of a page, without its tags."""
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]*>", " ", answer.data.decode()).split())


@pytest.mark.parametrize("key", THINGS)
def test_a_thing_in_every_format(client: FlaskClient, key: str) -> None:
    """Each kind of thing has a page, and the same triples in every format."""
    assert client.get(f"/id/{key}").headers["Location"] == f"/doc/{key}"
    assert "Link and cite" in page(client, f"/doc/{key}")
    answers = {suffix: client.get(f"/doc/{key}.{suffix}").data for suffix in FORMATS}
    graphs = [set(Graph().parse(data=answers[suffix], format=FORMATS[suffix])) for suffix in FORMATS]
    assert all(graph == graphs[0] for graph in graphs)
    assert len(graphs[0]) > 10


def test_a_recommendation_reads_in_words(client: FlaskClient) -> None:
    """Its place in the document, the restatement, area, instrument and passage stand on its page, by name."""
    shown = page(client, "/doc/recommendation/gcm-1-k-10")
    for expected in (
        "k-10",
        "International Convention on the Elimination of All Forms of Racial Discrimination",
        "Discrimination, including racism, xenophobia and intolerance",
        "recommendation/gcm-1-k-10",
    ):
        assert expected in shown
    assert "ontology#" not in shown


def test_an_area_lists_its_recommendations_in_order(client: FlaskClient) -> None:
    """Thirteen recommendations lead to area k, and k-2 stands before k-10."""
    shown = page(client, "/doc/area/gcm-1-k")
    places = [shown.index(f" k-{number} ") for number in range(1, 14)]
    assert places == sorted(places)


def test_parts_stand_in_the_order_of_the_document(client: FlaskClient) -> None:
    """Lists in the text keep their order: the parts of a document, the alternatives to detention."""
    parts = page(client, "/doc/part/gcm-1-ii").partition("What refers to this")[2]
    titles = ("human rights of all migrants", "social inclusion and cohesion", "all forms of discrimination")
    panels = [parts.index(title) for title in titles]
    assert panels == sorted(panels)
    listed = page(client, "/doc/recommendation/gcm-1-e-1").lower().partition(" component ")[2]
    steps = [listed.index(step) for step in ("registration", "deposit", "bond", "electronic monitoring")]
    assert steps == sorted(steps)


def test_concepts_show_what_is_broader_and_narrower(client: FlaskClient) -> None:
    """A theme names the broader one; the broader one lists it among the narrower."""
    answer = client.get("/doc/theme/racism", headers=HTML).data.decode()
    assert 'href="/doc/theme/discrimination"' in answer
    narrower = page(client, "/doc/theme/discrimination").lower()
    assert "narrower" in narrower
    assert "racism" in narrower


def test_home_counts_the_recommendations(client: FlaskClient) -> None:
    """The home page says how many recommendations there are, and offers the five questions."""
    assert "recommendation 77" in page(client, "/")
    links = re.findall(r'href="(/queries/[^"]+)"', client.get("/", headers=HTML).data.decode())
    assert len(links) == 5
    for link in links:
        assert "rows." in page(client, link) or "row." in page(client, link)


def test_every_example_query_has_its_answer(client: FlaskClient) -> None:
    """Each query of the release runs on its page."""
    links = re.findall(r'href="(/queries/[^"]+)"', client.get("/queries", headers=HTML).data.decode())
    assert len(links) > 5
    for link in links:
        assert "row" in page(client, link), link


def test_the_server_knows_no_subject() -> None:
    """No word of the content's own vocabulary stands in the server's code, templates or style."""
    folder = Path(__file__).parents[1] / "server" / "travaux_server"
    files = [path for suffix in ("py", "html", "css") for path in folder.rglob(f"*.{suffix}")]
    assert len(files) > 40
    for path in files:
        text = path.read_text("utf-8")
        assert "w3id.org/travaux" not in text, path
        assert not re.search(r"\btv:", text), path


def test_a_query_takes_values_for_its_parameters(client: FlaskClient) -> None:
    """A value narrows the answer, and the query shown is the one that was asked."""
    address = "/queries/recommendations-invoking-instruments"
    assert "Durban" in page(client, address)
    narrowed = page(client, f"{address}?instrument=instrument/icerd")
    assert "k-10" in narrowed
    assert "Durban Declaration and Programme" not in narrowed.partition("Answer")[2].partition("Query")[0]
    assert "VALUES (?instrument)" in narrowed


@pytest.mark.parametrize("value", ["no key", "instrument/icerd> } # {", "javascript:alert(1)", "a" * 3000])
def test_a_value_that_does_not_fit_is_refused(client: FlaskClient, value: str) -> None:
    """What is no key and no address is refused on the page, with what would fit, and reaches no query."""
    answer = client.get(
        "/queries/recommendations-invoking-instruments", query_string={"instrument": value}, headers=HTML
    )
    assert answer.status_code == 400
    assert "That value does not fit" in answer.data.decode()
    assert "VALUES (?instrument)" not in answer.data.decode()
