"""CSV tables (RFC 4180) as entries: the header holds words, each further row is one entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from travaux_build.errors import Problem
from travaux_build.reading.characters import clean
from travaux_build.reading.context import Context
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.values import language_fault, shown

CELL = re.compile(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^",\n]*)')
SEPARATOR = "|"
"""Between several values in one cell, for words that may have several."""
KEYS = ("id", "type")


@dataclass(frozen=True)
class _Column:
    """What a column's cells become: the value of a key, for `text` words that of one language of it."""

    key: str
    language: str
    many: bool


def parse_csv(text: str, file: str, context: Context) -> tuple[list[Fields], list[Problem]]:
    """The rows of a table as entries, and what is wrong with its form or its header.

    `label@en` heads texts in English; an empty cell states nothing; `|` separates several values.
    """
    text, problems = clean(text, file, tabs=False)
    rows = _rows(text, file, problems)
    header = next(rows, [])
    if not header:
        problems.append(Problem(file, 1, 1, "", "the table has no header", "start with id,type,label@en"))
        return [], problems
    columns = [_column(cell, file, context, problems) for cell in header]
    names = [cell.text for cell in header]
    for place, cell in enumerate(header):
        if cell.text in names[:place]:
            message = f"the column {shown(cell.text)} stands twice in the header"
            problems.append(Problem(file, cell.line, cell.column, "", message, "delete or rename one"))
            columns[place] = None
    entries = []
    for cells in rows:
        if len(cells) != len(columns):
            identity = dict(zip(names, cells, strict=False)).get("id", Scalar("", 0, 0)).text
            message = f"the row has {len(cells)} cells, the header {len(columns)}"
            remedy = "add what is missing; put a text with commas in double quotes"
            problems.append(Problem(file, cells[0].line, cells[-1].column, identity, message, remedy))
        entries.append(_entry(columns, cells))
    return entries, problems


def _rows(text: str, file: str, problems: list[Problem]) -> Iterator[list[Scalar]]:
    """The rows with their cells' places; blank lines are left out, malformed rows reported and skipped."""
    position, line, start = 0, 1, 0
    row: list[Scalar] = []
    while position < len(text) or row:
        match = CELL.match(text, position)
        assert match is not None  # the pattern matches the empty text
        quoted = match["quoted"]
        value = match["plain"] if quoted is None else quoted.replace('""', '"')
        row.append(Scalar(value, line, position - start + 1))
        if newlines := (quoted or "").count("\n"):
            line, start = line + newlines, text.rfind("\n", 0, match.end()) + 1
        position = match.end()
        following = text[position : position + 1]
        if following == ",":
            position += 1
            continue
        if following not in ("", "\n"):
            message = "a double quote does not open or close a whole cell"
            remedy = 'put the cell in double quotes, and write each quote within it twice ("")'
            problems.append(Problem(file, line, position - start + 1, row[0].text, message, remedy))
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif row != [Scalar("", line, row[0].column)]:
            yield row
        position, line, start, row = position + 1, line + 1, position + 1, []


def _column(cell: Scalar, file: str, context: Context, problems: list[Problem]) -> _Column | None:
    name, at, language = cell.text.partition("@")

    def refuse(message: str, remedy: str) -> None:
        where = f"column {shown(cell.text)}: {message}"
        problems.append(Problem(file, cell.line, cell.column, "", where, remedy))

    if cell.text in KEYS:
        return _Column(name, "", name == "type")
    word = context.words.get(name)
    if word is None:
        refuse("unknown word", did_you_mean(name, [*context.words, *KEYS]) or "delete the column")
    elif word.kind == "reverse":
        refuse("entries cannot be nested in a table", "give each entry a row of its own")
    elif word.kind == "text":
        fault = language_fault(language) if at else ("has no language", f"write {name}@en")
        if not fault:
            return _Column(name, language, word.many)
        refuse(*fault)
    elif at:
        refuse("is not a word for texts in languages", f"write {name}")
    else:
        return _Column(name, "", word.many)
    return None


def _entry(columns: list[_Column | None], cells: list[Scalar]) -> Fields:
    pairs: dict[str, tuple[Scalar, Node]] = {}
    texts: dict[str, list[tuple[Scalar, Node]]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column is None or not cell.text:
            continue
        key = Scalar(column.key, cell.line, cell.column)
        value: Node = _values(cell) if column.many and SEPARATOR in cell.text else cell
        if column.language:
            languages = texts.setdefault(column.key, [])
            languages.append((Scalar(column.language, cell.line, cell.column), value))
            value = Fields(tuple(languages), languages[0][0].line, languages[0][0].column)
        pairs[column.key] = (key, value)
    return Fields(tuple(pairs.values()), cells[0].line, cells[0].column)


def _values(cell: Scalar) -> Items:
    values, column = [], cell.column
    for text in cell.text.split(SEPARATOR):
        values.append(Scalar(text, cell.line, column))
        column += len(text) + 1
    return Items(tuple(values), cell.line, cell.column)
