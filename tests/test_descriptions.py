"""DESCRIBE, merged default graphs and limits of rows: what the engine itself would do otherwise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release
from travaux_server.engine import SOLUTIONS_JSON, Engine, MalformedQuery, QueryTooCostly
from travaux_server.settings import Settings

SETTINGS = Settings(deadline=5.0, workers=2, long_queries=1)
NTRIPLES = "application/n-triples"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
TWICE = '<https://example.org/garden/id/twice> <http://www.w3.org/2000/01/rdf-schema#label> "twice" .\n'


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def release_with_a_triple_in_two_graphs(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The small release with one triple more, in two of its graphs, and manifest and dump that say so."""
    folder = tmp_path_factory.mktemp("twice")
    source = Path(__file__).parent / "content"
    release = build(open_content(source), folder)
    first, second = (graph.iri for graph in release.manifest.graphs[:2])
    copy = Path(shutil.copytree(release.folder, folder / "copy"))
    changed = replace(
        release, folder=copy, manifest=replace(release.manifest, triples=release.manifest.triples + 1)
    )
    quads = [TWICE.replace(" .\n", f" <{graph}> .\n") for graph in (first, second)]
    changed.dump.write_text(release.dump.read_text("utf-8") + "".join(quads), "utf-8")
    graphs = tuple(
        replace(graph, triples=graph.triples + (graph.iri in (first, second)))
        for graph in changed.manifest.graphs
    )
    return replace(changed, manifest=replace(changed.manifest, graphs=graphs))


def lines(engine: Engine, text: str, **dataset: tuple[str, ...]) -> list[str]:
    answer = engine.evaluate(
        text,
        solutions=SOLUTIONS_JSON,
        graph=NTRIPLES,
        default_graphs=dataset.get("default_graphs"),
        named_graphs=dataset.get("named_graphs"),
    )
    return answer.body.decode().splitlines()


def number(engine: Engine, text: str, default_graphs: tuple[str, ...] | None = None) -> int:
    body = engine.evaluate(text, solutions=SOLUTIONS_JSON, graph=NTRIPLES, default_graphs=default_graphs).body
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def thing_of(engine: Engine) -> str:
    """A thing of ours that others lead to."""
    base = engine.release.manifest.base
    query = f'SELECT ?o {{ ?s ?p ?o FILTER(STRSTARTS(STR(?o), "{base}id/")) }} ORDER BY ?o LIMIT 1'
    return engine.rows(query)[0]["o"].value


def expected(thing: str) -> str:
    """The description in SPARQL's own words."""
    return (
        f"CONSTRUCT {{ ?s ?p ?o }} {{ {{ <{thing}> ?p ?o BIND(<{thing}> AS ?s) }} "
        f"UNION {{ ?s ?p <{thing}> BIND(<{thing}> AS ?o) }} "
        f"UNION {{ {{ <{thing}> ?x ?s }} UNION {{ ?s ?x <{thing}> }} ?s {LABEL} ?o BIND({LABEL} AS ?p) }} }}"
    )


def test_a_description_has_both_directions_and_labels(engine: Engine) -> None:
    """DESCRIBE gives a thing's triples, those that lead to it, and the labels of what these name, once."""
    thing = thing_of(engine)
    found = lines(engine, f"DESCRIBE <{thing}>")
    assert len(found) == len(set(found))
    assert set(found) == set(lines(engine, expected(thing)))
    assert any(line.endswith(f"<{thing}> .") for line in found)
    assert any(line.startswith(f"<{thing}> ") for line in found)


def test_descriptions_of_what_a_pattern_finds(engine: Engine) -> None:
    """Variables, names with prefixes, relative IRIs and a star are described as the IRIs they stand for."""
    thing = thing_of(engine)
    base = engine.release.manifest.base
    whole = lines(engine, f"DESCRIBE <{thing}>")
    assert lines(engine, f"DESCRIBE ?x WHERE {{ VALUES ?x {{ <{thing}> }} }}") == whole
    assert lines(engine, f"DESCRIBE * {{ BIND(<{thing}> AS ?x) }} LIMIT 1") == whole
    assert lines(engine, f"PREFIX it: <{thing}> DESCRIBE it:") == whole
    assert lines(engine, f"DESCRIBE <{thing.removeprefix(base)}>") == whole
    assert lines(engine, "DESCRIBE ?x") == []
    assert lines(engine, "DESCRIBE <http://example.org/none>") == []


def test_a_description_is_made_of_the_graphs_that_are_asked(engine: Engine) -> None:
    """FROM and the graphs of the request bound what DESCRIBE gives; an unknown graph gives nothing."""
    thing = thing_of(engine)
    for graph in engine.release.manifest.graphs:
        inside = lines(engine, f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph.iri}> {{ ?s ?p ?o }} }}")
        found = lines(engine, f"DESCRIBE <{thing}> FROM <{graph.iri}>")
        assert set(found) <= set(inside)
        assert found == lines(engine, f"DESCRIBE <{thing}>", default_graphs=(graph.iri,))
    assert lines(engine, f"DESCRIBE <{thing}> FROM <http://example.org/none>") == []


def test_a_malformed_description_is_an_error(engine: Engine) -> None:
    """DESCRIBE is parsed as a whole before anything is described."""
    for text in ("DESCRIBE <http://a/> LIMIT", "DESCRIBE nowhere:x", "DESCRIBE"):
        with pytest.raises(MalformedQuery):
            lines(engine, text)


def test_a_triple_in_two_graphs_is_there_once(release_with_a_triple_in_two_graphs: Release) -> None:
    """FROM a FROM b, and both given with the request, are the RDF merge: no triple counts twice."""
    release = release_with_a_triple_in_two_graphs
    first, second = (graph.iri for graph in release.manifest.graphs[:2])
    pattern = '{ ?s ?p "twice" }'
    base = release.manifest.base
    clauses = (
        f"FROM <{first}> FROM <{second}>",
        f"FROM <{first.removeprefix(base)}> FROM <{second}> FROM <{second}> FROM NAMED <{first}>",
    )
    with Engine(release, SETTINGS) as engine:
        for clause in clauses:
            assert number(engine, f"SELECT (COUNT(*) AS ?n) {clause} WHERE {pattern}") == 1
        names = f"PREFIX g: <{base}graph/> SELECT (COUNT(*) AS ?n) FROM g:{first.rpartition('/')[2]}"
        assert number(engine, f"{names} FROM <{second}> {pattern}") == 1
        assert number(engine, f"SELECT (COUNT(*) AS ?n) {pattern}", (first, second)) == 1
        named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{first}> FROM NAMED <{second}> {{ GRAPH ?g {pattern} }}"
        assert number(engine, named) == 2
        assert (
            number(engine, f"{clauses[1].join(('SELECT (COUNT(*) AS ?n) ', ' {'))} GRAPH ?g {pattern} }}")
            == 1
        )


def test_too_many_rows_are_refused_whole(small_release: Release) -> None:
    """An answer with more rows than allowed is an error in every format; one with as many is an answer."""
    with Engine(small_release, replace(SETTINGS, answer_rows=3)) as engine:
        rows = "SELECT * {{ VALUES ?x {{ {} }} }}"
        at_most = rows.format("1 '},{' 'line\\nbreak'")
        for media_type in (
            SOLUTIONS_JSON,
            "application/sparql-results+xml",
            "text/csv",
            "text/tab-separated-values",
        ):
            assert engine.evaluate(at_most, solutions=media_type, graph=NTRIPLES).kind == "solutions"
            with pytest.raises(QueryTooCostly, match="longer than 3 rows"):
                engine.evaluate(rows.format("1 2 3 4"), solutions=media_type, graph=NTRIPLES)
        with pytest.raises(QueryTooCostly, match="longer than 3 triples"):
            lines(engine, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
        assert len(lines(engine, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3")) == 3


def test_an_answer_says_where_its_time_went(engine: Engine) -> None:
    """Waiting, evaluation and writing are told in seconds, and are no more than the whole."""
    answer = engine.evaluate("DESCRIBE ?s { ?s a ?class }", solutions=SOLUTIONS_JSON, graph="text/turtle")
    assert answer.seconds > 0
    assert answer.serialized > 0
    assert 0 <= answer.queued < 1
