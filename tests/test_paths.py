"""Paths that are turned round: the same solutions, and nothing else of a query is touched."""

from __future__ import annotations

from random import Random

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from travaux_server.engine.paths import turn_round

X = "http://x/"
PREFIX = f"PREFIX : <{X}> "
BODIES = ("{ ?c %s :a%s }", "{ ?c :r ?z ; %s :b%s }", "{ ?z :p ?c OPTIONAL { ?c %s :a%s } }")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ ?c :p/:q* :d }", "{ :d ^:q*/^:p ?c }"),
        ("{ ?c a/^:q+ <http://x/d> . }", "{ <http://x/d> :q+/^a ?c . }"),
        ("{ ?c :p/(:q|^:r)* :d }", "{ :d ^(:q|^:r)*/^:p ?c }"),
        ("{ ?c :l ?l ; :p/:q?/:r* :d ; :m 3 }", "{ ?c :l ?l ; :m 3 . :d ^:r*/^:q?/^:p ?c }"),
        (
            "{ ?a :p ?b FILTER(?a > 2) OPTIONAL { ?c !(:p|a)/:q* :d } }",
            "{ ?a :p ?b FILTER(?a > 2) OPTIONAL { :d ^:q*/^!(:p|a) ?c } }",
        ),
        ("{ ?c :p/:q* :d ; # said\n :l ?l }", "{ ?c :l ?l . :d ^:q*/^:p ?c }"),
    ],
)
def test_paths_that_end_in_a_constant_are_turned_round(text: str, expected: str) -> None:
    """A sequence that ends in a repetition and leads to a constant begins there instead."""
    assert turn_round(PREFIX + "SELECT * " + text) == PREFIX + "SELECT * " + expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?c { ?c :q* :d }",
        "SELECT ?c { ?c :p/:q ?d }",
        "SELECT ?c { ?c :p/:q* ?d }",
        "SELECT ?c { ?c :p/:q* :d, :e }",
        "SELECT ?c { ?c :p|:q/:r* :d }",
        "SELECT ?c { ?c :p/:q* 'd'^^:t }",
        "SELECT ?c { ?c :p/:q* 'd'@en }",
        "SELECT ?c { :c :p/:q* :d }",
        "SELECT ?c { [ :p/:q* :d ] :r ?c }",
        "SELECT ?c { ?c :r [ :p/:q* :d ] }",
        "SELECT (?a/?b*:d AS ?c) { ?a :p ?b FILTER(?a/?b*:d) BIND(?a/?b*:d AS ?e) }",
        "SELECT ?c { ?c :p 'x/y*' ; :q <http://x/*/+> }",
        "SELECT ?c { ?c ?p/:q* :d }",
    ],
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    """What is no such path, or stands where it cannot simply be turned, is not touched."""
    assert turn_round(text) == text


def test_turned_queries_have_the_same_solutions() -> None:
    """On random graphs, with cycles, and random paths, with all their repetitions of solutions."""
    random = Random(20261125)
    turned = 0
    for _ in range(300):
        nodes = [NamedNode(f"{X}{letter}") for letter in "abcde"]
        edges = [NamedNode(f"{X}{letter}") for letter in "pqr"]
        store = Store()
        for _ in range(random.randint(0, 12)):
            store.add(Quad(random.choice(nodes), random.choice(edges), random.choice(nodes)))
        path = "/".join(_element(random) for _ in range(random.randint(1, 3)))
        more = random.choice(["", " ; :p ?o", " . ?c :q ?e"])
        body = random.choice(
            ["{ ?c %s :a%s }", "{ ?c :r ?z ; %s :b%s }", "{ ?z :p ?c OPTIONAL { ?c %s :a%s } }"]
        )
        text = PREFIX + "SELECT * " + body % (path, more)
        other = turn_round(text)
        turned += other != text
        assert _rows(store, text) == _rows(store, other), text
    assert turned > 80


def _element(random: Random) -> str:
    edge = random.choice([":p", ":q", "^:r", "(:p|:q)", "!:p", "(:p/:q)"])
    return edge + random.choice(["", "*", "+", "?", "*"])


def _rows(store: Store, text: str) -> list[str]:
    results = store.query(text)
    assert isinstance(results, QuerySolutions)
    body = results.serialize(format=QueryResultsFormat.TSV)
    assert body is not None
    head, *rows = body.decode().splitlines()
    names = head.split("\t")
    return sorted(str(sorted(zip(names, row.split("\t"), strict=True))) for row in rows)
