"""Other content, same programs: a second record of the genre, and a library."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.app import create_app
from travaux_server.engine import Engine
from travaux_server.settings import Settings

Command = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "tests" / "library"
SETTINGS = Settings(workers=1, quiet=True)
HTML = {"Accept": "text/html"}
CONTRASTS = """
PREFIX tv: <https://w3id.org/travaux/ontology#>
PREFIX document: <https://w3id.org/travaux/id/document/>
ASK {
  ?position a tv:Position ; tv:document document:qh-1 ;
    tv:contrastsWith/tv:quantifier <https://w3id.org/travaux/id/quantifier/some> .
}
"""


@pytest.fixture(scope="module")
def second(second_content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The own content with the second record, served."""
    release = build(open_content(second_content), tmp_path_factory.mktemp("second-releases"))
    with Engine(release, SETTINGS) as engine:
        yield create_app(release, engine, SETTINGS).test_client()


@pytest.fixture(scope="module")
def library_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return build(open_content(LIBRARY), tmp_path_factory.mktemp("library-releases"))


@pytest.fixture(scope="module")
def library(library_release: Release) -> Iterator[FlaskClient]:
    """The library, served."""
    with Engine(library_release, SETTINGS) as engine:
        yield create_app(library_release, engine, SETTINGS).test_client()


def test_a_second_record_is_served_beside_the_first(second: FlaskClient) -> None:
    """Its recommendations, positions and people have pages, and both records answer one query."""
    for key in ("recommendation/qh-1-a-2", "position/qh-1-a-s1-ferries", "recommendation/gcm-1-k-10"):
        assert second.get(f"/id/{key}").headers["Location"] == f"/doc/{key}"
        assert second.get(f"/doc/{key}", headers=HTML).status_code == 200
    page = second.get("/doc/recommendation/qh-1-a-2", headers=HTML).text
    assert "Action plan on electric tugs" in page
    assert 'href="/doc/actor/harbour-league"' in page
    assert second.get("/sparql", query_string={"query": CONTRASTS}).get_json()["boolean"] is True


def test_questions_of_the_first_record_are_answered_of_the_second(second: FlaskClient) -> None:
    """A query of data/queries that asks about a theme finds what the second record says of it."""
    answer = second.get(
        "/queries/positions-on-a-theme", query_string={"theme": "theme/electric-tugs"}, headers=HTML
    )
    assert answer.status_code == 200
    assert "Electric tugs welcomed" in answer.text


def test_the_library_has_its_own_home(library: FlaskClient, library_release: Release) -> None:
    """Home page, lists and downloads speak of books, under another base."""
    home = library.get("/", headers=HTML).text
    assert "Library: books, loans and rules" in home
    assert "recommendation" not in home.lower()
    assert library_release.manifest.base == "https://example.org/library/"
    shelf = library.get("/download", headers=HTML)
    assert shelf.status_code == 200
    for file in library_release.manifest.files:
        with library.get(f"/releases/{library_release.manifest.version}/{file.name}") as answer:
            assert answer.status_code == 200


def test_a_book_has_a_page_and_data(library: FlaskClient) -> None:
    """A thing leads to its page and to the same triples in each format."""
    assert library.get("/id/book/winter-bread").headers["Location"] == "/doc/book/winter-bread"
    page = library.get("/doc/book/winter-bread", headers=HTML).text
    for expected in ("Winter bread", "Tariq Lund", "Odile Varga", "Winter bread, in January"):
        assert expected in page
    formats = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
    graphs = [
        set(Graph().parse(data=library.get(f"/doc/book/winter-bread.{suffix}").data, format=name))
        for suffix, name in formats.items()
    ]
    assert all(graph == graphs[0] for graph in graphs)


def test_the_library_answers_its_query(library: FlaskClient) -> None:
    """The endpoint and the query's own page give the loans by author."""
    text = (LIBRARY / "data" / "queries" / "loans-by-author.rq").read_text(encoding="utf-8")
    answer = library.get("/sparql", query_string={"query": text}).get_json()
    rows = [(row["author"]["value"], row["book"]["value"]) for row in answer["results"]["bindings"]]
    assert rows == [
        ("Odile Varga", "Tides for beginners"),
        ("Odile Varga", "Winter bread"),
        ("Tariq Lund", "Winter bread"),
    ]
    assert "Tides for beginners" in library.get("/queries/loans-by-author", headers=HTML).text


def test_its_terms_and_shapes_are_documented(library: FlaskClient) -> None:
    """Ontology, shapes, graphs and data set have their pages, from the content alone."""
    for path, expected in (
        ("/ontology", "One copy in the hands of one reader"),
        ("/shapes", "Loan"),
        ("/graph/loans", "Loans: what is lent"),
        ("/dataset", "The books of an invented library"),
    ):
        page = library.get(path, headers=HTML)
        assert page.status_code == 200
        assert expected in page.text


def test_the_librarys_faults_are_told_in_its_words(travaux: Command, library_content: Path) -> None:
    """A loan that ends before it begins is refused by the library's own shape, with its line."""
    loans = library_content / "data" / "loans" / "loans.jsonl"
    loans.write_text(loans.read_text(encoding="utf-8").replace("2026-03-02", "2026-01-02"), encoding="utf-8")
    result = travaux("check", "--content", library_content)
    assert result.returncode == 1
    assert "data/loans/loans.jsonl:2:" in result.stderr
    assert "from: a day before due" in result.stderr


def test_no_step_of_the_pipeline_knows_what_the_content_is_about() -> None:
    """No term of the own ontology stands in the pipeline's programs, neither by prefix nor by IRI."""
    for path in (ROOT / "build").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\btv:|w3id\.org/travaux/ontology#\w", text), path
