"""Counts of the whole release: told from figures that are kept, and the same as when they are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from travaux_build.release import Release
from travaux_server.engine import SOLUTIONS_JSON, Engine
from travaux_server.engine.figures import Figures
from travaux_server.settings import Settings

SETTINGS = Settings(deadline=5.0, workers=2, long_queries=1)
GRAPH = "https://example.org/garden/graph/reference"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
KNOWN = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "PREFIX x: <http://x/> select (count(?s) as ?n)\nwhere { ?s ?p ?o . } # all",
    f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 5 OFFSET 1",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c",
    f"SELECT ?c (COUNT(*) AS ?n) {{ ?s <{TYPE}> ?c }} GROUP BY ?c",
]
OTHERS = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?s }",
    "SELECT (COUNT(*) AS ?n) { ?s a ?o }",
    "SELECT (COUNT(?x) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 0",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o = 1) }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }",
    "SELECT (COUNT(*) AS ?n) { GRAPH <graph/reference> { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}> {{ ?s ?p ?o }}",
    f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} ?s ?p ?o }}",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s LIMIT 3",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING(?n > 2)",
    "SELECT ?c (COUNT(?c) AS ?s) { ?s a ?c } GROUP BY ?c",
    "BASE <http://x/> SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p 'a' }",
]


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as running:
        yield running


def quick(engine: Engine, text: str) -> str:
    """What is evaluated in place of a query."""

    def evaluate(query: str) -> bytes:
        return engine.evaluate("# counted\n" * 80 + query, solutions=SOLUTIONS_JSON, graph="").body

    return Figures(engine.release.manifest).apply(text, evaluate)


def rows(engine: Engine, text: str) -> list[str]:
    """The rows of an answer, in order of their text where the query asks for none."""
    body = engine.evaluate(text, solutions=SOLUTIONS_JSON, graph="").body
    found = [json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"]]
    return found if "ORDER BY" in text else sorted(found)


@pytest.mark.parametrize("text", KNOWN)
def test_a_count_that_is_kept_is_the_one_that_is_counted(engine: Engine, text: str) -> None:
    """The answer from the figures has the rows that an evaluation of the same query gives."""
    assert quick(engine, text) != text
    counted = rows(engine, "# too long to be looked at for figures\n" * 20 + text)
    assert rows(engine, text) == counted
    assert counted


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_form_is_evaluated(engine: Engine, text: str) -> None:
    """A query that differs in any part from the known forms is left as it is."""
    assert quick(engine, text) == text


def test_a_dataset_of_the_request_is_counted(engine: Engine) -> None:
    """With graphs given in the request, the figures of the whole release are not used."""
    answer = engine.evaluate(KNOWN[0], solutions=SOLUTIONS_JSON, graph="", default_graphs=("http://x/none",))
    assert b'"0"' in answer.body
