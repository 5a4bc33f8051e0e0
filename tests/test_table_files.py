"""The workbook and the database: what the CSV tables say, for spreadsheets and for SQL."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from travaux_build.card import Card, read_card
from travaux_build.content import open_content
from travaux_build.files.class_tables import XSD, Column, Table
from travaux_build.files.sqlite_tables import write_database
from travaux_build.files.workbook import LONGEST_CELL, write_workbook
from travaux_build.iris import Iris
from travaux_build.release import Release

FIVE = ["Recommendation", "Position", "Actor", "Instrument", "Link"]
SMALL = Path(__file__).parent / "content"


@pytest.fixture(params=["small_release", "real_release"])
def release(request: pytest.FixtureRequest) -> Release:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


@pytest.fixture
def database(release: Release) -> Iterator[sqlite3.Connection]:
    place = release.path(f"tables/{release.manifest.id}.sqlite")
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def card() -> Card:
    return read_card(open_content(SMALL))


def csv_tables(release: Release) -> dict[str, list[list[str]]]:
    """The rows of the CSV tables of classes, heads first, by name."""
    found = {}
    for file in release.manifest.files:
        if file.name.startswith("tables/") and file.name.endswith(".csv") and "edges" not in file.name:
            with release.path(file.name).open(encoding="utf-8", newline="") as stream:
                found[file.name.removeprefix("tables/").removesuffix(".csv")] = list(csv.reader(stream))
    return found


def shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def test_the_workbook_has_a_sheet_for_each_table(release: Release) -> None:
    """Each cell is that of the CSV table; the first sheet says what the others are, with how many rows."""
    book = load_workbook(release.path(f"tables/{release.manifest.id}.xlsx"))
    expected = csv_tables(release)
    assert sorted(book.sheetnames) == sorted([*expected, "About"])
    for name, rows in expected.items():
        found = [[shown(value) for value in row] for row in book[name].iter_rows(values_only=True)]
        assert found == rows, name
    counts = {row[0]: row[2] for row in book["About"].iter_rows(values_only=True) if isinstance(row[2], int)}
    assert counts == {name: len(rows) - 1 for name, rows in expected.items()}


def test_the_tables_that_most_want_come_first(real_release: Release) -> None:
    """Their sheets stand right after the first one, as the card has them."""
    book = load_workbook(real_release.path("tables/travaux.xlsx"), read_only=True)
    assert book.sheetnames[:6] == ["About", *FIVE]
    assert list(real_release.manifest.tables) == FIVE


def test_numbers_and_days_are_such(real_release: Release) -> None:
    """A spreadsheet can sort and count with them."""
    sheet = load_workbook(real_release.path("tables/travaux.xlsx"))["Treaty"]
    heads, *rows = sheet.iter_rows(values_only=True)
    adopted = [row[heads.index("adopted")] for row in rows]
    assert any(isinstance(day, datetime) for day in adopted)
    assert not any(isinstance(day, str) for day in adopted)


def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path, card: Card) -> None:
    """Nothing of the data is executed; what is too long for a cell is cut and says so."""
    texts = ["=1+1", "@SUM(A1)", "https://example.org/", "x" * (LONGEST_CELL + 1)]
    columns = (Column("id", "id"), Column("label@en", "text", "https://example.org/p", "en"))
    rows = tuple(((str(place),), (text,)) for place, text in enumerate(texts))
    list(
        write_workbook(
            tmp_path, [Table("Fern", "https://example.org/Fern", "Fern", columns, rows)], card, "2026.1.1"
        )
    )
    sheet = load_workbook(tmp_path / f"tables/{card.id}.xlsx")["Fern"]
    cells = [sheet.cell(line, 2) for line in range(2, 6)]
    assert [cell.value for cell in cells[:3]] == texts[:3]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[3].value.endswith(f"[cut: {LONGEST_CELL + 1:,} characters; the CSV table has them all]")


def test_the_views_of_the_database_are_the_csv_tables(release: Release, database: sqlite3.Connection) -> None:
    """`<class>_flat` has the columns and the cells of `<class>.csv`."""
    for name, (heads, *rows) in csv_tables(release).items():
        cursor = database.execute(f'SELECT * FROM "{name}_flat" ORDER BY id')
        assert len(cursor.description) == len(heads)
        assert [[shown(value) for value in row] for row in cursor] == rows, name


def test_the_keys_of_the_database_lead_somewhere(database: sqlite3.Connection) -> None:
    """No id is named that is not there, and every table but two has keys to others."""
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    bare = {name for name in names if not database.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()}
    assert bare == {"about", "thing"}


def test_a_question_in_sql(real_release: Release) -> None:
    """Which treaties do recommendations invoke? The database answers as the graph does."""
    with closing(sqlite3.connect(real_release.path("tables/travaux.sqlite"))) as connection:
        rows = connection.execute(
            "SELECT Recommendation.notation, thing.label FROM Recommendation"
            " JOIN thing_invokes USING (id) JOIN thing ON thing.id = thing_invokes.invokes"
            " WHERE thing_invokes.invokes IN (SELECT id FROM Treaty) AND notation = 'k-10'"
        ).fetchall()
        assert (
            "k-10",
            "International Convention on the Elimination of All Forms of Racial Discrimination",
        ) in rows
        assert connection.execute("SELECT version FROM about").fetchall() == [
            (real_release.manifest.version,)
        ]


def test_names_that_a_file_cannot_have(tmp_path: Path, card: Card) -> None:
    """Names that differ only in their case, are taken or too long are made distinct, and nothing is lost."""
    columns = (
        Column("id", "id"),
        Column("area", "value", "https://example.org/a", datatype=XSD + "string"),
        Column("Area", "value", "https://example.org/b", datatype=XSD + "string"),
    )
    tables = [
        Table(name, f"https://example.org/{name}", name, columns, ((("fern",), ("here",), ("there",)),))
        for name in ("Thing", "thing", "about", "History", "A" * 40, "A" * 41)
    ]
    list(write_database(tmp_path, tables, {}, card, "2026.1.1", Iris("https://example.org/")))
    with closing(sqlite3.connect(tmp_path / f"tables/{card.id}.sqlite")) as connection:
        for name in ("Thing_", "thing__", "about_"):
            assert connection.execute(f"SELECT * FROM {name}").fetchall() == [("fern", "here", "there")]
    list(write_workbook(tmp_path, tables, card, "2026.1.1"))
    book = load_workbook(tmp_path / f"tables/{card.id}.xlsx")
    long = ["A" * 31, f"{'A' * 26} 2"]
    assert book.sheetnames == ["About", "Thing", "thing 2", "about 2", "History 2", *long]
    assert {sheet["A2"].value for sheet in book.worksheets[1:]} == {"fern"}


def test_the_database_does_not_tell_what_wrote_it(release: Release) -> None:
    """Its header names no version of SQLite, so that another one writes the same bytes."""
    data = release.path(f"tables/{release.manifest.id}.sqlite").read_bytes()
    assert data.startswith(b"SQLite format 3\0")
    assert data[96:100] == bytes(4)
