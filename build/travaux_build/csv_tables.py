"""CSV tables: one for each class that has a shape and members, with the words of the context for columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.context import Context, Word
from travaux_build.iris import Iris
from travaux_build.release import File, write_file

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TARGET_CLASS = "http://www.w3.org/ns/shacl#targetClass"
SEPARATOR = "|"
LANGUAGE = "en"
"""Language of the labels that stand beside ids."""
Facts = Mapping[str, Mapping[str, list[NamedNode | Literal]]]


@dataclass(frozen=True)
class Table:
    """A table: name of the class, heads of the columns, rows of cells, all sorted by id."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(quads: Iterable[Quad], shapes: Iterable[Quad], context: Context, iris: Iris) -> list[Table]:
    """A table for each class that a shape targets and that has members, sorted by name.

    Columns are `id`, `type`, then each word of the context that occurs: `word@lang` for texts, `word` for
    values and ids, and after the ids `word label@en`, their labels. `|` separates several values.
    """
    facts = _facts(quads)
    names = {iri: name for name, iri in context.types.items()}
    targets = {
        quad.object.value
        for quad in shapes
        if quad.predicate.value == TARGET_CLASS and isinstance(quad.object, NamedNode)
    }
    found = []
    for target in targets:
        members = sorted(one for one in facts if target in _values(facts, one, RDF_TYPE))
        name = names.get(target) or target.removeprefix(iris.terms)
        if members and name.isalnum():
            found.append(_table(name, members, facts, context, iris))
    return sorted(found, key=lambda table: table.name)


def write_tables(folder: Path, found: Iterable[Table]) -> Iterator[File]:
    """Write the tables as RFC 4180 has it: comma, CRLF, UTF-8."""
    for table in found:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(table.heads)
        writer.writerows(table.rows)
        yield write_file(folder, f"tables/{table.name}.csv", "text/csv", text.getvalue().encode())


def _facts(quads: Iterable[Quad]) -> Facts:
    facts: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for quad in quads:
        assert isinstance(quad.subject, NamedNode)  # refuse_unwritable has seen to it
        assert isinstance(quad.object, NamedNode | Literal)
        values = facts.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])
        if quad.object not in values:
            values.append(quad.object)
    return facts


def _values(facts: Facts, subject: str, predicate: str) -> list[str]:
    return sorted(value.value for value in facts.get(subject, {}).get(predicate, []))


def _table(name: str, members: list[str], facts: Facts, context: Context, iris: Iris) -> Table:
    columns = {
        "id": {one: iris.key(one) for one in members},
        "type": {one: SEPARATOR.join(_types(facts, one, context, iris)) for one in members},
    }
    for word in context.words.values():
        if word.kind != "reverse":
            columns.update(_columns(word, members, facts, iris))
    filled = {head: cells for head, cells in columns.items() if any(cells.values())}
    rows = (tuple(cells.get(one, "") for cells in filled.values()) for one in members)
    return Table(name, tuple(filled), tuple(rows))


def _types(facts: Facts, subject: str, context: Context, iris: Iris) -> list[str]:
    """The types that data files have a name for: own ones, and others' that the context names."""
    names = {iri: name for name, iri in context.types.items()}
    types = _values(facts, subject, RDF_TYPE)
    own = {iri: iri.removeprefix(iris.terms) for iri in types if iri.startswith(iris.terms)}
    return sorted(name for iri, name in {**names, **own}.items() if iri in types)


def _columns(word: Word, members: list[str], facts: Facts, iris: Iris) -> dict[str, dict[str, str]]:
    """The columns of a word, sorted by head, each with its cells by member."""
    columns: dict[str, dict[str, list[str]]] = {}
    for one in members:
        for value in sorted(facts[one].get(word.iri, []), key=str):
            if isinstance(value, Literal):
                head = f"{word.name}@{value.language}" if value.language else word.name
                columns.setdefault(head, {}).setdefault(one, []).append(value.value)
            elif word.kind == "reference":
                label = f"{word.name} label@{LANGUAGE}"
                columns.setdefault(word.name, {}).setdefault(one, []).append(iris.key(value.value))
                columns.setdefault(label, {}).setdefault(one, []).append(_label(facts, value.value))
    return {
        head: {one: SEPARATOR.join(values) for one, values in cells.items()}
        for head, cells in sorted(columns.items())
    }


def _label(facts: Facts, iri: str) -> str:
    for value in facts.get(iri, {}).get(RDFS_LABEL, []):
        if isinstance(value, Literal) and value.language == LANGUAGE:
            return value.value
    return ""
