"""The SQLite database: the tables for those who ask in SQL, with keys from table to table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from travaux_build.card import Card
from travaux_build.files.class_tables import LANGUAGE, XSD, Column, Table
from travaux_build.files.facts import Facts, label_of
from travaux_build.files.twins import write_with_twins
from travaux_build.iris import Iris
from travaux_build.release import File

MEDIA_TYPE = "application/vnd.sqlite3"
AFFINITIES = {XSD + "integer": "INTEGER", XSD + "gYear": "INTEGER", XSD + "decimal": "NUMERIC"}
LIBRARY_VERSION = slice(96, 100)
"""Where the file's header names the library that wrote it (https://www.sqlite.org/fileformat2.html, 1.3)."""
Key = tuple[str, bool]
"""A word, and whether it is one for texts in languages."""


def database_name(identity: str) -> str:
    return f"tables/{identity}.sqlite"


def write_database(
    folder: Path, tables: Sequence[Table], facts: Facts, card: Card, version: str, iris: Iris
) -> Iterator[File]:
    """Write `tables/<id>.sqlite`, the same bytes whatever version of SQLite is at work.

    `thing` has the id, IRI and label of all that the tables name; each class a table with what its members
    have one of; `thing_<word>` what they may have several of; and `<class>_flat` is a view with the columns
    and rows of the CSV table.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _Database(connection, tables, iris).write(facts, card, version)
        data = bytearray(connection.serialize())
    finally:
        connection.close()
    data[LIBRARY_VERSION] = bytes(4)
    count = sum(len(table.rows) for table in tables)
    yield from write_with_twins(folder, database_name(card.id), MEDIA_TYPE, bytes(data), count)


class _Database:
    """One database in the making. SQLite does not tell `Area` from `area`: names are made distinct."""

    def __init__(self, connection: sqlite3.Connection, tables: Sequence[Table], iris: Iris) -> None:
        self._connection, self._tables, self._iris = connection, tables, iris
        columns = [column for table in tables for column in table.columns]
        several = sorted({_key(column) for column in columns if column.several and not column.of})
        names = _Names()
        self._about, self._thing = names.add("about"), names.add("thing")
        self._classes = {table.name: names.add(table.name) for table in tables}
        self._several = {key: names.add(f"thing_{key[0]}") for key in several}
        self._views = {table.name: names.add(f"{table.name}_flat") for table in tables}

    def write(self, facts: Facts, card: Card, version: str) -> None:
        self._connection.execute("PRAGMA page_size = 4096")
        self._connection.execute("BEGIN")
        self._create(self._about, ["title", "version", "licence", "publisher"])
        self._insert(self._about, [(card.title["en"], version, card.licence, card.publisher)])
        self._write_things(facts)
        for table in self._tables:
            self._write_class(table)
        self._write_several()
        for table in self._tables:
            self._write_view(table)
        self._connection.execute("COMMIT")
        self._connection.execute("VACUUM")

    def _create(self, name: str, columns: Sequence[str], key: Sequence[str] = ()) -> None:
        primary = f", PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID" if key else ")"
        self._connection.execute(f"CREATE TABLE {name} ({', '.join(columns)}{primary}")

    def _insert(self, name: str, rows: Sequence[Sequence[str | None]]) -> None:
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608 (own names)

    def _write_things(self, facts: Facts) -> None:
        found: set[str] = set()
        for table in self._tables:
            for place, column in enumerate(table.columns):
                if column.kind in ("id", "reference"):
                    before = self._iris.things if column.is_key else ""
                    found.update(before + text for row in table.rows for text in row[place])
        self._create(self._thing, ["id TEXT", "iri TEXT NOT NULL UNIQUE", "label TEXT"], ["id"])
        rows = [(self._iris.key(iri), iri, label_of(facts, iri, LANGUAGE) or None) for iri in sorted(found)]
        self._insert(self._thing, rows)

    def _write_class(self, table: Table) -> None:
        chosen = [(place, column) for place, column in enumerate(table.columns) if self._is_single(column)]
        names = _names(table)
        columns = [f"id TEXT REFERENCES {self._thing}"]
        for place, column in chosen[1:]:
            aim = self._classes[column.target] if column.target else self._thing
            reference = f" REFERENCES {aim}" if column.kind == "reference" else ""
            columns.append(f"{names[place]} {AFFINITIES.get(column.datatype, 'TEXT')}{reference}")
        self._create(self._classes[table.name], columns, ["id"])
        rows = [
            [self._text(column, row[place][0]) if row[place] else None for place, column in chosen]
            for row in table.rows
        ]
        self._insert(self._classes[table.name], rows)

    def _write_several(self) -> None:
        """A table for each word that may have several values, with the values of all classes."""
        rows: dict[Key, set[tuple[str, ...]]] = {key: set() for key in self._several}
        references = dict.fromkeys(self._several, True)
        for table in self._tables:
            ids = [self._iris.key(row[0][0]) for row in table.rows]
            for place, column in enumerate(table.columns):
                key = _key(column)
                if key not in rows or column.of:
                    continue
                references[key] = references[key] and column.kind == "reference"
                language = (column.language,) if key[1] else ()
                for one, row in zip(ids, table.rows, strict=True):
                    rows[key].update((one, self._text(column, text), *language) for text in row[place])
        for key, found in rows.items():
            name = _quoted(key[0])
            aim = f" REFERENCES {self._thing}" if references[key] else ""
            language = ("language",) if key[1] else ()
            columns = [f"id TEXT REFERENCES {self._thing}", f"{name} TEXT{aim}", *language]
            self._create(self._several[key], columns, ["id", name, *language])
            self._insert(self._several[key], sorted(found))

    def _write_view(self, table: Table) -> None:
        names = _names(table)
        parts = [
            f"{self._expression(column, names, table)} AS {names[place]}"
            for place, column in enumerate(table.columns)
        ]
        view, source = self._views[table.name], self._classes[table.name]
        self._connection.execute(f"CREATE VIEW {view} AS SELECT {', '.join(parts)} FROM {source} AS one")  # noqa: S608

    def _expression(self, column: Column, names: Sequence[str], table: Table) -> str:
        """What a column of the view shows."""
        heads = [one.head for one in table.columns]
        ids = table.columns[heads.index(column.of)] if column.of else column
        name = names[heads.index(ids.head)]
        shown = "thing.label" if column.of else "thing.id" if column.is_key else "thing.iri"
        if self._is_single(ids):
            if column.kind not in ("label", "id", "reference") or (column.is_key and not column.of):
                return f"one.{name}"
            return f"(SELECT {shown} FROM {self._thing} AS thing WHERE thing.id = one.{name})"  # noqa: S608
        key = _key(ids)
        value = _quoted(key[0])
        source = f"{self._several[key]} AS several"
        order = f"several.{value}"
        if ids.kind == "reference":
            source += f" JOIN {self._thing} AS thing ON thing.id = several.{value}"
            order = "thing.iri"
        else:
            shown = f"several.{value}"
        where = "several.id = one.id"
        if ids.language:
            where += f" AND several.language = '{ids.language}'"
        values = f"SELECT coalesce({shown}, '') AS shown FROM {source} WHERE {where} ORDER BY {order}"  # noqa: S608
        return f"(SELECT group_concat(shown, '{column.separator}') FROM ({values}))"  # noqa: S608

    def _is_single(self, column: Column) -> bool:
        return not column.of and _key(column) not in self._several

    def _text(self, column: Column, text: str) -> str:
        return self._iris.key(text) if column.kind in ("id", "reference") else text


class _Names:
    """Names of SQL, quoted, each given once whatever the case of its letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def add(self, name: str) -> str:
        while name.lower() in self._taken:
            name += "_"
        self._taken.add(name.lower())
        return _quoted(name)


def _key(column: Column) -> Key:
    return column.head.partition("@")[0].replace(" ", "_"), column.kind == "text"


def _names(table: Table) -> list[str]:
    names = _Names()
    return [names.add(column.name) for column in table.columns]


def _quoted(name: str) -> str:
    return f'"{name}"'
