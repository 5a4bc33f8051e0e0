"""The questions of data/queries, asked of the real release: the answers are those of a careful reader."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from travaux_build.content import open_content
from travaux_build.iris import Iris
from travaux_build.reading.content_query import SKIPPED
from travaux_build.reading.queries import PREFIX, read_queries
from travaux_build.reading.query_file import QueryFile
from travaux_build.release import Release

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "tests" / "answers"
CONTENT = open_content(ROOT, os.environ.get("REAL_BASE"))
QUERIES = {query.name: query for query in read_queries(CONTENT)}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What must come out of a query, in the decisive columns, given values for parameters or none.

    Either all `rows` in their order; or any of: how many there are, which come `first`, and which must and
    must not be among them.
    """

    name: str
    columns: tuple[str, ...]
    given: Mapping[str, str]
    rows: tuple[Row, ...] | None
    count: int | None
    first: tuple[Row, ...]
    includes: tuple[Row, ...]
    excludes: tuple[Row, ...]

    def __str__(self) -> str:
        return "?".join([self.name, *(f"{key}={value}" for key, value in self.given.items())])


def read_answers(path: Path) -> list[Expected]:
    """The answers of one file, in `columns`, one for each choice of values."""
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))

    def rows(case: dict[str, Any], key: str) -> tuple[Row, ...]:
        return tuple(tuple(map(str, row)) for row in case.get(key, []))

    return [
        Expected(
            name=path.stem,
            columns=tuple(document["columns"]),
            given=case.get("given", {}),
            rows=rows(case, "rows") if "rows" in case else None,
            count=case.get("count"),
            first=rows(case, "first"),
            includes=rows(case, "includes"),
            excludes=rows(case, "excludes"),
        )
        for case in document["answers"]
    ]


CASES = [case for path in sorted(ANSWERS.glob("*.yaml")) for case in read_answers(path)]


@pytest.fixture(scope="module")
def store(real_release: Release) -> Store:
    """The database of the real release; its default graph is the union of all named ones."""
    return Store.read_only(str(real_release.store))


def short(term: object, iris: Iris) -> str:
    """A thing's key, any other IRI, or the text of a literal; empty for nothing."""
    assert term is None or isinstance(term, NamedNode | Literal)
    return "" if term is None else iris.key(term.value)


def ask(store: Store, query: QueryFile, columns: Sequence[str], given: Mapping[str, str]) -> list[Row]:
    """The rows of the answer in those columns, with values for parameters."""
    solutions = store.query(query.with_values(given, CONTENT.iris))
    assert isinstance(solutions, QuerySolutions)
    return [tuple(short(solution[column], CONTENT.iris) for column in columns) for solution in solutions]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_answer_is_what_a_reader_of_the_source_finds(case: Expected, store: Store) -> None:
    """Every row that the source and the reference facts call for is there, in order, and none besides."""
    found = ask(store, QUERIES[case.name], case.columns, case.given)
    if case.rows is not None:
        assert found == list(case.rows)
    else:
        assert case.count is None or len(found) == case.count
        assert tuple(found[: len(case.first)]) == case.first
        assert [row for row in case.includes if row not in found] == []
        assert [row for row in case.excludes if row in found] == []


def test_every_query_has_an_answer_and_every_answer_a_query() -> None:
    """A question without a checked answer, or an answer nobody asks for, does not stay in the repository."""
    assert {case.name for case in CASES} == set(QUERIES)
    assert len(QUERIES) >= 42


def test_every_answer_says_something_and_where_it_was_read() -> None:
    """Each file of answers opens with where it was read; a case without all rows says what is missing."""
    for path in sorted(ANSWERS.glob("*.yaml")):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
    for case in CASES:
        assert case.rows is not None or ((case.includes or case.first) and (case.excludes or case.given)), (
            str(case)
        )
        assert all(
            len(row) == len(case.columns) for row in (*(case.rows or ()), *case.includes, *case.excludes)
        )


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_a_parameter_is_tried_with_a_value_and_without(query: QueryFile) -> None:
    """A query answers for all if no value is given, and each of its parameters has a case with a value."""
    cases = [case for case in CASES if case.name == query.name]
    assert any(not case.given for case in cases)
    assert {name for case in cases for name in case.given} == {
        parameter.name for parameter in query.parameters
    }


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_a_query_can_be_read(query: QueryFile, store: Store) -> None:
    """A query orders its answer, uses every prefix it declares, and names only things that exist."""
    bare = SKIPPED.sub(lambda match: match[0] if match[0].startswith("<") else " ", query.text)
    body = PREFIX.sub(" ", bare)
    assert "ORDER BY" in body
    assert all(len(line) <= 110 for line in query.text.split("\n"))
    prefixes = dict(PREFIX.findall(bare))
    for prefix, namespace in prefixes.items():
        names = {word.split(":")[1] for word in body.split() if word.split(":")[0] == prefix and ":" in word}
        assert f"{prefix}:" in body, prefix
        if namespace.startswith(CONTENT.iris.things):
            for name in names:
                thing = NamedNode(namespace + name.rstrip(").;,?"))
                assert any(store.quads_for_pattern(thing, None, None)), thing.value


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_labels_stand_beside_things(query: QueryFile, store: Store) -> None:
    """An answer that a person reads shows no thing of ours without a word beside it."""
    solutions = store.query(query.text)
    assert isinstance(solutions, QuerySolutions)
    first = next(iter(solutions), None)
    assert first is not None, "the query has no answer at all"
    assert any(isinstance(value, Literal) for value in first)
