"""CSV: tables as RFC 4180 has them, and all that leads from thing to thing as a list of edges."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode

from travaux_build.files.class_tables import LANGUAGE, Table
from travaux_build.files.facts import Facts, label_of
from travaux_build.files.twins import write_with_twins
from travaux_build.iris import Iris
from travaux_build.reading.context import Context
from travaux_build.release import File

MEDIA_TYPE = "text/csv"
EDGES = "edges"
EDGE_HEADS = tuple(
    head for name in ("source", "relation", "target") for head in (name, f"{name} label@{LANGUAGE}")
)


def write_tables(folder: Path, tables: Iterable[Table]) -> Iterator[File]:
    """Write `tables/<class>.csv` for each table: comma, CRLF, UTF-8 without a mark."""
    for table in tables:
        yield from _write(folder, table.name, [column.head for column in table.columns], list(table.texts()))


def write_edges(folder: Path, facts: Facts, context: Context, iris: Iris) -> Iterator[File]:
    """Write `tables/edges.csv`: each statement that leads from a thing by a word of the context, as IRIs."""
    words = {word.iri: word.name for word in context.words.values() if word.kind == "reference"}
    rows = [
        [text for iri in (subject, predicate, value.value) for text in (iri, _label(facts, iri, words))]
        for subject, stated in sorted(facts.items())
        if subject.startswith(iris.things)
        for predicate, values in sorted(stated.items())
        if predicate in words
        for value in values
        if isinstance(value, NamedNode)
    ]
    yield from _write(folder, EDGES, EDGE_HEADS, rows)


def _label(facts: Facts, iri: str, words: Mapping[str, str]) -> str:
    return label_of(facts, iri, LANGUAGE) or words.get(iri, "")


def _write(folder: Path, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[File]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    data = text.getvalue().encode()
    yield from write_with_twins(folder, f"tables/{name}.csv", MEDIA_TYPE, data, len(rows))
