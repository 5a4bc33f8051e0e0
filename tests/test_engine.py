"""The engine: what it answers, and the walls that hold whatever is asked, here without the guard."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph

from travaux_build.release import Release
from travaux_server.engine import (
    SOLUTIONS_JSON,
    Answer,
    Engine,
    EngineDown,
    MalformedQuery,
    NotRepresentable,
    QueryError,
    QueryRefused,
    QueryTimedOut,
    QueryTooCostly,
    Term,
)
from travaux_server.settings import Settings

SETTINGS = Settings(
    deadline=1.0,
    workers=2,
    queue=2,
    queue_seconds=0.3,
    long_queries=2,
    long_queue=2,
    worker_memory=200 * 1024 * 1024,
)
MARGIN = 0.5
"""Seconds past the deadline within which every query is answered."""
FOREVER = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "}"


@pytest.fixture(scope="module")
def engine(small_release: Release) -> Iterator[Engine]:
    with Engine(small_release, SETTINGS) as running:
        yield running


def ask(
    engine: Engine,
    text: str,
    *,
    solutions: str = SOLUTIONS_JSON,
    graph: str = "application/n-triples",
    default_graphs: tuple[str, ...] | None = None,
    named_graphs: tuple[str, ...] | None = None,
    timeout: float | None = None,
    rows: int | None = None,
) -> Answer:
    return engine.evaluate(
        text,
        solutions=solutions,
        graph=graph,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        timeout=timeout,
        rows=rows,
    )


def count(engine: Engine, text: str, **dataset: tuple[str, ...]) -> int:
    body = json.loads(ask(engine, text, **dataset).body)  # type: ignore[arg-type]
    return int(body["results"]["bindings"][0]["n"]["value"])


def is_well(engine: Engine) -> bool:
    """Whether a normal query is answered within a second, twice over to meet more than one worker."""
    begun = time.monotonic()
    answers = [ask(engine, "ASK {}").body for _ in range(SETTINGS.workers)]
    return all(b"true" in body for body in answers) and time.monotonic() - begun < 1


def test_the_default_graph_is_the_union_and_counts_no_triple_twice(engine: Engine) -> None:
    """Without a dataset clause a query sees each triple of any graph exactly once."""
    assert count(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == engine.release.manifest.triples
    assert count(engine, "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT * { ?s ?p ?o } } }") == (
        engine.release.manifest.triples
    )


def test_each_graph_can_be_asked_by_name_by_clause_and_by_parameter(engine: Engine) -> None:
    """GRAPH, FROM, FROM NAMED and the protocol's graphs each give exactly the triples of a graph."""
    for graph in engine.release.manifest.graphs:
        here = f"<{graph.iri}>"
        everything, named = "{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"
        select = "SELECT (COUNT(*) AS ?n)"
        assert count(engine, f"{select} {{ GRAPH {here} {everything} }}") == graph.triples
        assert count(engine, f"{select} FROM {here} {everything}") == graph.triples
        assert count(engine, f"{select} FROM NAMED {here} {named}") == graph.triples
        assert count(engine, f"{select} FROM NAMED {here} {everything}") == 0
        assert count(engine, f"{select} FROM {here} {named}") == 0
        assert count(engine, f"{select} {everything}", default_graphs=(graph.iri,)) == graph.triples
        assert count(engine, f"{select} {named}", named_graphs=(graph.iri,)) == graph.triples
        assert count(engine, f"{select} {named}", default_graphs=(graph.iri,)) == 0


def test_given_graphs_overrule_the_clause_and_unknown_ones_are_empty(engine: Engine) -> None:
    """Graphs given with the request replace FROM; a graph that is not there is empty, not an error."""
    graph = engine.release.manifest.graphs[0]
    text = "SELECT (COUNT(*) AS ?n) FROM <http://example.org/none> { ?s ?p ?o }"
    assert count(engine, text) == 0
    assert count(engine, text, default_graphs=(graph.iri,)) == graph.triples
    unknown = ("http://example.org/none",)
    assert count(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graphs=unknown) == 0
    with pytest.raises(MalformedQuery):
        ask(engine, "ASK {}", default_graphs=("not an iri",))


def test_rows_are_plain_terms(engine: Engine) -> None:
    """A SELECT of our own gives IRIs, literals with datatype or language, and leaves out what is unbound."""
    rows = engine.rows("SELECT (<http://a/> AS ?i) ('x'@fr AS ?l) (1 AS ?n) (1/0 AS ?none) ('s' AS ?s) {}")
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert rows == [
        {
            "i": Term("iri", "http://a/"),
            "l": Term("literal", "x", language="fr"),
            "n": Term("literal", "1", datatype=integer),
            "s": Term("literal", "s"),
        }
    ]


def test_first_rows_come_with_the_number_of_all(engine: Engine) -> None:
    """Asked for the first rows, the engine gives these and counts the others."""
    answer = ask(engine, "SELECT * { VALUES ?x { 1 2 3 4 5 } }", rows=2)
    assert len(json.loads(answer.body)["results"]["bindings"]) == 2
    assert answer.total == 5


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_a_graph_is_the_same_in_every_format(engine: Engine, media_type: str) -> None:
    """A second parser reads the same triples from each format, with white space that XML would change."""
    text = (
        "PREFIX x: <http://example.org/x/> CONSTRUCT { x:s x:p ?o ; x:q ?s } "
        "WHERE { VALUES ?o { 'a\\r\\nb' '<&\\u00e9>' 1 } ?s ?p ?any } "
    )
    expected = Graph().parse(data=ask(engine, text).body.decode(), format="nt")
    given = Graph().parse(data=ask(engine, text, graph=media_type).body.decode(), format=media_type)
    assert len(expected) > 3
    assert set(given) == set(expected)


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT ('a\\u0001' AS ?x) {}", "application/sparql-results+xml"),
        ("CONSTRUCT { <http://a/> <http://a/1> 'x' } WHERE {}", "application/rdf+xml"),
        ("CONSTRUCT { <http://a/> <http://a/p> 'a\\u0001' } WHERE {}", "application/rdf+xml"),
    ],
)
def test_no_ill_formed_xml_is_ever_given(engine: Engine, text: str, media_type: str) -> None:
    """What XML cannot say is an error that names another format, not a document that does not parse."""
    with pytest.raises(NotRepresentable):
        ask(engine, text, solutions=media_type, graph=media_type)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELCT * {}", 1, 1, "did you mean SELECT"),
        ("SELECT *\n{ ?s nowhere:name ?o }", 2, 6, "the prefix “nowhere:” is not declared"),
        ("SELECT *\n{ ?s ?p ?o", 2, 1, "never closed"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "string begins here"),
        ("SELECT * { ?s ?p (1] }", 1, 20, "cannot close the ("),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 34, "not authorized with GROUP BY"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "“x” is not expected here"),
        ("", 1, 1, "the query is empty"),
        ("SELECT * { FILTER(<http://example.org/f>(1)) }", 0, 0, "custom function"),
    ],
)
def test_a_malformed_query_is_told_where_and_what(
    engine: Engine, text: str, line: int, column: int, words: str
) -> None:
    """The error names line and column, in characters, and what to change; in less than 2 kB."""
    with pytest.raises(MalformedQuery) as caught:
        ask(engine, text)
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert len(str(caught.value)) < 2000


def test_a_long_query_ends_at_its_deadline_while_others_are_answered(engine: Engine) -> None:
    """A cross product is stopped at the deadline, and meanwhile another client is answered at once."""
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        long = pool.submit(ask, engine, FOREVER)
        time.sleep(0.2)
        for _ in range(5):
            asked = time.monotonic()
            ask(engine, "ASK {}")
            assert time.monotonic() - asked < 0.3
        with pytest.raises(QueryTimedOut):
            long.result()
        assert SETTINGS.deadline - 0.1 < time.monotonic() - begun < SETTINGS.deadline + MARGIN
    assert is_well(engine)


def test_a_client_may_lower_the_deadline_but_not_raise_it(engine: Engine) -> None:
    """`timeout` below the deadline holds, above it the deadline does."""
    for timeout, expected in ((0.2, 0.2), (100, SETTINGS.deadline)):
        begun = time.monotonic()
        with pytest.raises(QueryTimedOut):
            ask(engine, FOREVER, timeout=timeout)
        assert expected - 0.1 < time.monotonic() - begun < expected + MARGIN


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE " + "{" * 3000,
        "SELECT (" + "SUM(" * 2000 + "1" + ")" * 2000 + " AS ?x) {}",
        "SELECT (" + "STR(" * 2000 + "1" + ")" * 2000 + " AS ?x) {}",
        "SELECT (1" + "+1" * 20000 + " AS ?x) {}",
        "SELECT (" + "(" * 6000 + "1" + ")" * 6000 + " AS ?x) {}",
        "ASK {" + "FILTER EXISTS {" * 1500 + "}" * 1500 + "}",
        "ASK { ?s " + "(" * 2000 + "<http://p/>" + ")*" * 2000 + " ?o }",
        "SELECT ?a0 { BIND('0123456789' AS ?a0) "
        + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
        + "}",
        "SELECT * {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + "} ORDER BY ?a1 ?b3 LIMIT 1",
        "ASK { " + " ".join(f"?x{i} (((<http://p/>*)*)*)* ?x{i + 1} ." for i in range(30)) + " }",
        "SELECT * {" + " ".join(f"OPTIONAL {{ ?a ?b{i} ?c{i} }}" for i in range(200)) + "}",
    ],
    ids=[
        "braces",
        "sums",
        "strs",
        "plus",
        "parentheses",
        "exists",
        "paths",
        "doubling",
        "sorting",
        "closures",
        "optionals",
    ],
)
def test_no_query_outlives_its_deadline_or_takes_others_with_it(engine: Engine, text: str) -> None:
    """What ends the parser, the memory or the patience of a worker is answered in time; so is the next."""
    begun = time.monotonic()
    with suppress(QueryTooCostly, QueryTimedOut, MalformedQuery):
        ask(engine, text)
    assert time.monotonic() - begun < SETTINGS.deadline + MARGIN
    assert is_well(engine)


def test_an_answer_beyond_the_limit_is_refused_whole(small_release: Release) -> None:
    """An answer longer than its limit is an error, in every format, never the beginning of an answer."""
    with Engine(small_release, replace(SETTINGS, answer_bytes=2000)) as engine:
        for media_type in (SOLUTIONS_JSON, "application/sparql-results+xml", "text/csv"):
            with pytest.raises(QueryTooCostly, match="longer than"):
                ask(engine, "SELECT * { ?s ?p ?o }", solutions=media_type)
        for media_type in ("text/turtle", "application/ld+json", "application/rdf+xml"):
            with pytest.raises(QueryTooCostly, match="longer than"):
                ask(engine, "CONSTRUCT WHERE { ?s ?p ?o }", graph=media_type)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ sErViCe#c\n<{url}> {{ ?s ?p ?o }} }}",
        "BASE <{url}> SELECT * {{ SERVICE <x> {{ ?s ?p ?o }} }}",
        "ASK {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        "SELECT * {{ VALUES ?w {{ <{url}> }} SERVICE ?w {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "DESCRIBE <{url}>",
        "\\u0053ERVICE <{url}> {{}}",
    ],
)
def test_no_query_opens_a_connection(engine: Engine, text: str) -> None:
    """A listener that every spelling of SERVICE and FROM points at is never connected to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with suppress(QueryRefused, MalformedQuery):
            ask(engine, text.format(url=url))
        time.sleep(0.05)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <http://a/> <http://b/> <http://c/> }", "DROP ALL", "LOAD <http://127.0.0.1/>"]
)
def test_no_update_is_a_query(engine: Engine, text: str) -> None:
    """The engine takes no update, and the data are what they were."""
    with pytest.raises(QueryError):
        ask(engine, text)
    assert count(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == engine.release.manifest.triples


def test_a_dead_worker_is_replaced(engine: Engine) -> None:
    """Killing all workers, idle as they are, costs no query; each is replaced when that is noticed."""
    for process in children(engine.parent):
        os.kill(process, signal.SIGKILL)
    assert is_well(engine)
    with ThreadPoolExecutor(SETTINGS.workers) as pool:
        both = [pool.submit(ask, engine, FOREVER, timeout=0.3) for _ in range(SETTINGS.workers)]
        assert [type(future.exception()) for future in both] == [QueryTimedOut] * SETTINGS.workers
    assert becomes(lambda: len(children(engine.parent)), SETTINGS.processes)


def test_a_dead_parent_is_replaced_within_a_second(small_release: Release) -> None:
    """Killing the parent takes its workers along; a new family answers within a second."""
    with Engine(small_release, replace(SETTINGS, deadline=3.0, queue_seconds=2.0)) as engine:
        old, workers = engine.parent, children(engine.parent)
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(ask, engine, FOREVER, timeout=2.5)
            time.sleep(0.2)
            begun = time.monotonic()
            os.kill(old, signal.SIGKILL)
            while children(old) or any(is_running(process) for process in workers):
                assert time.monotonic() - begun < 1
                time.sleep(0.01)
            assert ask(engine, "ASK {}").kind == "boolean"
            assert time.monotonic() - begun < 1
            with pytest.raises(QueryTimedOut):
                under_way.result()
        assert engine.parent != old


def test_nothing_is_left_after_closing(small_release: Release) -> None:
    """Closing an engine ends parent and workers, also one that is evaluating."""
    engine = Engine(small_release, SETTINGS)
    engine.start()
    assert becomes(lambda: engine.workers, SETTINGS.processes)
    processes = [engine.parent, *children(engine.parent)]
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(ask, engine, FOREVER)
        time.sleep(0.1)
        engine.close()
        assert isinstance(under_way.exception(), QueryError)
    assert len(processes) == 1 + SETTINGS.processes
    assert not any(is_running(process) for process in processes)


def test_workers_are_renewed_after_their_share_of_queries(small_release: Release) -> None:
    """A worker that has answered as many queries as it may is replaced, without a query failing."""
    with Engine(small_release, replace(SETTINGS, queries_per_worker=3)) as engine:
        assert becomes(lambda: engine.workers, SETTINGS.processes)
        first = set(children(engine.parent))
        for _ in range(10):
            ask(engine, "ASK {}")
        assert becomes(lambda: first <= set(children(engine.parent)), False)
        assert becomes(lambda: len(children(engine.parent)), SETTINGS.processes)


def test_a_large_release_is_asked_from_its_database(small_release: Release) -> None:
    """The same answers come from the release's database as from memory, behind the same walls."""
    with Engine(small_release, replace(SETTINGS, memory_store_bytes=0)) as engine:
        assert count(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == engine.release.manifest.triples
        graph = engine.release.manifest.graphs[0]
        assert count(engine, f"SELECT (COUNT(*) AS ?n) FROM <{graph.iri}> {{ ?s ?p ?o }}") == graph.triples
        with pytest.raises(QueryTimedOut):
            ask(engine, FOREVER)
        assert is_well(engine)


def test_data_that_cannot_be_loaded_are_a_reason_not_a_hang(small_release: Release) -> None:
    """An engine whose data are gone says so when it is started."""
    for limit in (0, SETTINGS.memory_store_bytes):
        gone = replace(small_release, folder=small_release.folder / "dumps")
        engine = Engine(small_release, replace(SETTINGS, memory_store_bytes=limit))
        engine.release = gone
        with pytest.raises(EngineDown):
            engine.start()
        assert engine.workers == 0


def becomes(look: Callable[[], int], expected: int) -> bool:
    """Whether a number is as expected within a second."""
    end = time.monotonic() + 1
    while look() != expected and time.monotonic() < end:
        time.sleep(0.01)
    return look() == expected


def children(process: int) -> list[int]:
    """The processes whose parent is this one, and that have not ended."""
    found = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [child for child in found if _state(child)[0] != "Z" and _state(child)[1] == str(process)]


def is_running(process: int) -> bool:
    return _state(process)[0] not in ("Z", "")


def _state(process: int) -> tuple[str, str]:
    """State and parent of a process; empty when there is none."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[:2]
    except OSError:
        return "", ""
    return state, parent
