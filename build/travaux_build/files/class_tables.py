"""Tables: one for each class that has a shape and members, with the words of the context for columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal as Choice

from pyoxigraph import NamedNode, Quad

from travaux_build.files.facts import RDF_TYPE, RDFS_LABEL, Facts, Value, label_of
from travaux_build.iris import Iris
from travaux_build.reading.context import Context, Word

TARGET_CLASS = "http://www.w3.org/ns/shacl#targetClass"
XSD = "http://www.w3.org/2001/XMLSchema#"
LANGUAGE = "en"
"""Language of the labels that stand beside ids."""
SEPARATORS = ("|", "¦", "‖", *map(chr, range(0x2400, 0x2427)))
"""What may stand between several values in one cell: the first that no value of the column holds."""
Kind = Choice["id", "type", "text", "value", "reference", "label"]
Cell = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    `head` is the word, with `@` and the language of texts after it, and `name` the same in letters, digits
    and `_`. `predicate` is the IRI of what the cells state; `datatype` an IRI. Where `several` values may
    stand in one cell, `separator` is between them. Ids are keys of things, or IRIs if not `is_key`; `target`
    is the smallest table that has them all. A column of labels is `of` the column of ids to its left.
    """

    head: str
    kind: Kind
    predicate: str = ""
    language: str = ""
    datatype: str = ""
    several: bool = False
    separator: str = "|"
    is_key: bool = True
    target: str = ""
    of: str = ""

    @property
    def name(self) -> str:
        return re.sub(r"[^A-Za-z0-9]", "_", self.head)


@dataclass(frozen=True)
class Table:
    """A table: the name, IRI and label of its class, its columns, and its rows of cells, sorted by id."""

    name: str
    iri: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> Iterator[list[str]]:
        """The rows with one text for each cell."""
        separators = [column.separator for column in self.columns]
        for row in self.rows:
            yield [separator.join(cell) for separator, cell in zip(separators, row, strict=True)]


def class_tables(
    facts: Facts, shapes: Iterable[Quad], context: Context, iris: Iris, first: Sequence[str] = ()
) -> list[Table]:
    """A table for each class that a shape targets and that has members: those named `first`, then by name.

    Columns are `id`, `type`, then each word of the context that occurs: `word@lang` for texts, `word` for
    values and ids, and after the ids `word label@en`, their labels.
    """
    names = {iri: name for name, iri in context.types.items()}
    targets = {
        quad.object.value
        for quad in shapes
        if quad.predicate.value == TARGET_CLASS and isinstance(quad.object, NamedNode)
    }
    making = _Making(facts, context, iris)
    found = []
    for target in targets:
        members = sorted(
            one for one, stated in facts.items() if NamedNode(target) in stated.get(RDF_TYPE, [])
        )
        name = names.get(target) or target.removeprefix(iris.terms)
        if members and name.isalnum():
            found.append(making.table(name, target, members))
    places = {name: place for place, name in enumerate(first)}
    found.sort(key=lambda table: (places.get(table.name, len(first)), table.name))
    ids = {table.name: {row[0][0] for row in table.rows} for table in found}
    return [replace(table, columns=tuple(_aimed(table, ids))) for table in found]


class _Making:
    """Makes the tables of one set of facts."""

    def __init__(self, facts: Facts, context: Context, iris: Iris) -> None:
        self._facts, self._iris = facts, iris
        self._types = {iri: name for name, iri in context.types.items()}
        self._words: dict[str, list[Word]] = {}
        for word in context.words.values():
            if word.kind != "reverse":
                self._words.setdefault(word.iri, []).append(word)
        self._order = list(context.words)

    def table(self, name: str, target: str, members: list[str]) -> Table:
        columns: dict[Column, dict[str, Cell]] = {
            self._column_of_ids(Column("id", "id"), members): {
                one: (self._iris.key(one),) for one in members
            },
            Column("type", "type", several=True): {one: self._names_of_types(one) for one in members},
        }
        for column, cells in sorted(self._cells(members).items(), key=lambda pair: self._place(pair[0])):
            if column.kind == "reference":
                columns.update(self._references(column, cells))
            else:
                texts = {one: tuple(value.value for value in values) for one, values in cells.items()}
                columns[_separated(column, texts.values())] = texts
        rows = tuple(tuple(cells.get(one, ()) for cells in columns.values()) for one in members)
        if not all(column.is_key for column in columns if column.kind == "id"):
            rows = tuple(((one,), *row[1:]) for one, row in zip(members, rows, strict=True))
        label = label_of(self._facts, target, LANGUAGE) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        return Table(name, target, label, tuple(columns), rows)

    def _cells(self, members: list[str]) -> dict[Column, dict[str, list[Value]]]:
        found: dict[Column, dict[str, list[Value]]] = {}
        for one in members:
            for predicate, values in self._facts[one].items():
                for value in values if predicate in self._words else ():
                    column = self._column(predicate, value)
                    found.setdefault(column, {}).setdefault(one, []).append(value)
        return found

    def _column(self, predicate: str, value: Value) -> Column:
        """The column for a value of a property: that of the word for such values, or of its first word."""
        words = self._words[predicate]
        if isinstance(value, NamedNode):
            word = next((word for word in words if word.kind == "reference"), None)
            head = word.name if word else f"{words[0].name} id"
            return Column(head, "reference", predicate, several=word is None or word.many)
        if value.language:
            word = next((word for word in words if word.kind == "text"), words[0])
            return Column(f"{word.name}@{value.language}", "text", predicate, value.language)
        datatype = value.datatype.value
        local = datatype.removeprefix(XSD)
        word = next((word for word in words if word.kind == "literal" and word.datatype == local), None)
        head = word.name if word else f"{words[0].name} {re.split('[/#]', local)[-1]}"
        several = word is None or word.many
        return Column(head, "value", predicate, datatype=datatype, several=several)

    def _references(self, column: Column, cells: Mapping[str, list[Value]]) -> dict[Column, dict[str, Cell]]:
        """The column of ids, and that of their labels if there are any."""
        iris = {one: tuple(value.value for value in values) for one, values in cells.items()}
        column = self._column_of_ids(column, [iri for values in iris.values() for iri in values])
        column = replace(column, several=column.several or any(len(values) > 1 for values in iris.values()))
        key = self._iris.key if column.is_key else str
        ids = {one: tuple(key(iri) for iri in values) for one, values in iris.items()}
        labels = {
            one: tuple(label_of(self._facts, iri, LANGUAGE) for iri in values) for one, values in iris.items()
        }
        found = {_separated(column, ids.values()): ids}
        if any(any(values) for values in labels.values()):
            head = f"{column.head} label@{LANGUAGE}"
            beside = Column(head, "label", RDFS_LABEL, LANGUAGE, several=column.several, of=column.head)
            found[_separated(beside, labels.values())] = labels
        return found

    def _column_of_ids(self, column: Column, iris: Iterable[str]) -> Column:
        return replace(column, is_key=all(iri.startswith(self._iris.things) for iri in iris))

    def _names_of_types(self, subject: str) -> Cell:
        """The types that data files have a name for: own ones, and others' that the context names."""
        types = [value.value for value in self._facts[subject].get(RDF_TYPE, [])]
        own = {iri: iri.removeprefix(self._iris.terms) for iri in types if iri.startswith(self._iris.terms)}
        return tuple(sorted({self._types.get(iri) or own.get(iri, "") for iri in types} - {""}))

    def _place(self, column: Column) -> tuple[int, str]:
        """The order of the words in the context; of one word's columns, that of their heads."""
        return self._order.index(re.split("[@ ]", column.head)[0]), column.head


def _separated(column: Column, cells: Iterable[Cell]) -> Column:
    """The column with what its cells need: whether several values stand in one, and what separates them."""
    found = list(cells)
    held = {character for cell in found for text in cell for character in text}
    separator = next((one for one in SEPARATORS if one not in held), SEPARATORS[0])
    return replace(
        column, separator=separator, several=column.several or any(len(cell) > 1 for cell in found)
    )


def _aimed(table: Table, ids: Mapping[str, set[str]]) -> Iterator[Column]:
    """The columns of a table, those of ids with the table that they lead to; `ids` by the table's name."""
    for place, column in enumerate(table.columns):
        named = {text for row in table.rows for text in row[place]} if column.kind == "reference" else set()
        holding = [(len(held), name) for name, held in ids.items() if named and named <= held]
        yield replace(column, target=min(holding)[1]) if holding else column
