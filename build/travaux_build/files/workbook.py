"""The workbook: all tables as sheets of one file that spreadsheet programs open without a question."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from travaux_build.card import Card
from travaux_build.files.class_tables import XSD, Column, Table
from travaux_build.release import File, write_file

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575
LONGEST_NAME = 31
"""What a spreadsheet can hold: characters of a cell, rows below the head, characters of a sheet's name."""
EXACT_DIGITS = 15
"""Longer numbers stay texts, since spreadsheets would round them."""
NUMBERS = {XSD + "integer": int, XSD + "decimal": float, XSD + "gYear": int}
FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheets count a day that there was not."""
WIDTHS = (6, 60)
ABOUT = "About"
RESERVED = (ABOUT, "History")
"""Names of sheets that no table gets: our own, and one that Excel keeps for itself."""
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def workbook_name(identity: str) -> str:
    return f"tables/{identity}.xlsx"


def write_workbook(folder: Path, tables: Sequence[Table], card: Card, version: str) -> Iterator[File]:
    """Write `tables/<id>.xlsx`: what the data set is, then a sheet for each table that fits on one.

    Numbers and days are numbers and days there. The file's own date is the month of the release.
    """
    stream = io.BytesIO()
    book = Workbook(stream, OPTIONS)
    year, month, _ = version.split(".")
    book.set_properties(
        {
            "title": card.title["en"],
            "author": card.publisher,
            "comments": card.licence,
            "created": datetime(int(year), int(month), 1, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True, "bottom": 1})
    fitting = _named([table for table in tables if len(table.rows) <= MOST_ROWS])
    _write_about(book.add_worksheet(ABOUT), fitting, card, version, bold)
    for name, table in fitting.items():
        _write_table(book.add_worksheet(name), table, bold)
    book.close()
    count = sum(len(table.rows) for table in fitting.values())
    yield write_file(folder, workbook_name(card.id), MEDIA_TYPE, stream.getvalue(), count)


def _named(tables: Sequence[Table]) -> dict[str, Table]:
    """The tables by the names of their sheets, which differ in more than the case of letters."""
    taken = {name.lower() for name in RESERVED}
    found = {}
    for table in tables:
        name, number = table.name[:LONGEST_NAME], 2
        while name.lower() in taken:
            name, number = f"{table.name[: LONGEST_NAME - 5]} {number}", number + 1
        taken.add(name.lower())
        found[name] = table
    return found


def _write_about(
    sheet: Worksheet, tables: Mapping[str, Table], card: Card, version: str, bold: Format
) -> None:
    lines = [
        (card.title["en"], ""),
        ("Release", version),
        ("Publisher", card.publisher),
        ("Licence", card.licence),
        ("Several values in one cell", "are separated by |, or by another sign that none of them holds"),
        ("Several kinds in one", "A thing stands on the sheet of each of its types, listed in column type"),
    ]
    for place, (name, text) in enumerate(lines):
        sheet.write_string(place, 0, name, bold)
        sheet.write_string(place, 1, text)
    top = len(lines) + 1
    for column, head in enumerate(("Sheet", "What", "Rows")):
        sheet.write_string(top, column, head, bold)
    for place, (name, table) in enumerate(tables.items(), top + 1):
        sheet.write_url(place, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(place, 1, table.label)
        sheet.write_number(place, 2, len(table.rows))
    sheet.set_column(0, 1, 30)


def _write_table(sheet: Worksheet, table: Table, bold: Format) -> None:
    texts = list(table.texts())
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.head, bold)
        longest = max(len(column.head) + 3, *(len(row[place]) for row in texts))
        sheet.set_column(place, place, min(max(longest, WIDTHS[0]), WIDTHS[1]))
        for line, row in enumerate(texts, 1):
            if row[place]:
                _write_cell(sheet, line, place, column, row[place])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(texts), len(table.columns) - 1)


def _write_cell(sheet: Worksheet, line: int, place: int, column: Column, text: str) -> None:
    number = NUMBERS.get(column.datatype)
    if number and not column.several and len(text) <= EXACT_DIGITS:
        sheet.write_number(line, place, number(text))
        return
    if column.datatype == XSD + "date" and not column.several and len(text) == len("2026-11-01"):
        day = date.fromisoformat(text)
        if day >= FIRST_DAY:
            sheet.write_datetime(line, place, day)
            return
    if len(text) > LONGEST_CELL:
        text = f"{text[: LONGEST_CELL - 100]}… [cut: {len(text):,} characters; the CSV table has them all]"
    sheet.write_string(line, place, text)
