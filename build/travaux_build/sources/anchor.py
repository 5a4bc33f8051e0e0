"""Passages: the table that ties a record to its source by offsets and digests, computed and verified."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from travaux_build.content import Content
from travaux_build.errors import Problem, SourceError
from travaux_build.sources.source import Kind, Segment, Source

COLUMNS = (
    *("id", "type", "label@en", "document", "documentPart"),
    *("ordinal", "startOffset", "endOffset", "sha256"),
)
"""Header of a passage table; all but `@en` are words of the context."""
REMEDY = "write it with travaux anchor --write"
UNCITED: tuple[Kind, ...] = ("contents", "furniture")
"""Kinds of segments that repeat or decorate and get no passage."""
KIND_NAMES: dict[Kind, str] = {"title": "line", "lead": "lead-in"}


@dataclass(frozen=True)
class Passage:
    """A row of a passage table; `line` is its line in the file, 0 if it was computed."""

    id: str
    type: str
    label: str
    document: str
    part: str
    ordinal: int
    start: int
    end: int
    sha256: str
    line: int = 0

    def cells(self) -> list[str]:
        """The row in the order of `COLUMNS`."""
        numbers = [str(self.ordinal), str(self.start), str(self.end)]
        return [self.id, self.type, self.label, self.document, self.part, *numbers, self.sha256]


@dataclass(frozen=True)
class Comparison:
    """What a table and a source say of each other: rows that hold, faults, and segments without a row."""

    verified: int
    problems: tuple[Problem, ...]
    missing: tuple[Passage, ...]


def passage_table(content: Content, document: str) -> Path:
    """Where the passage table of a document lies, whether or not there is one."""
    return content.root / "data" / "record" / document.rpartition("/")[2] / "passages.csv"


def passages_of(source: Source, document: str) -> tuple[Passage, ...]:
    """The passage of every citable segment of a source; `document` is an id such as `document/gcm-1`."""
    key = document.rpartition("/")[2]
    numbers = {part.key: _number(part.key, source) for part in source.parts}
    found = []
    for segment in source.segments:
        if segment.kind not in UNCITED:
            part = f"part/{key}-{segment.part}" if segment.part else ""
            label = _label(segment, numbers.get(segment.part, "Title"))
            place = (segment.ordinal, segment.start, segment.end, source.digest(segment.start, segment.end))
            found.append(Passage(f"passage/{key}-{segment.key}", "Passage", label, document, part, *place))
    return tuple(found)


def read_passages(path: Path, name: str) -> tuple[Passage, ...]:
    """The rows of a passage table; `SourceError` with `name:line` when the table is not of that form."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{name}: cannot be read ({error}); {REMEDY}") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise SourceError(f"{name}:1: the header is not {','.join(COLUMNS)}; {REMEDY}")
    found = []
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS) or not all(cell.isdecimal() for cell in row[5:8]):
            raise SourceError(f"{name}:{line}: not {len(COLUMNS)} cells with three numbers; correct the row")
        ordinal, start, end = map(int, row[5:8])
        identity, kind, label, document, part = row[:5]
        found.append(Passage(identity, kind, label, document, part, ordinal, start, end, row[8], line))
    return tuple(found)


def compare(rows: Sequence[Passage], source: Source, document: str, name: str) -> Comparison:
    """Hold every row of a document's table against the source: a row holds if its characters have its digest.

    A row may also point to a place that is no segment (half a sentence): it is held to its own offsets.
    """
    computed = passages_of(source, document)
    where = {passage.sha256: passage for passage in reversed(computed)}
    problems = []
    for row in rows:
        if row.document == document and source.digest(row.start, row.end) != row.sha256:
            if row.sha256 in where:
                there = where[row.sha256]
                remedy = f"the same words stand at {there.start}–{there.end}: run with --write to move it"
            else:
                remedy = "compare the text: this is another version of the source, or the row was changed"
            message = f"characters {row.start}–{row.end} of the source do not have the digest of this passage"
            problems.append(Problem(name, row.line, 1, row.id, message, remedy))
    known = {row.id for row in rows}
    missing = tuple(passage for passage in computed if passage.id not in known)
    held = sum(row.document == document for row in rows) - len(problems)
    return Comparison(held, tuple(problems), missing)


def table(rows: Sequence[Passage], source: Source, document: str) -> str:
    """The table as text: a row for each segment in reading order, and rows made by hand where they stand.

    Rows of other documents and rows with ids of their own are kept as they are.
    """
    computed = {passage.id: passage for passage in passages_of(source, document)}
    kept = [row for row in rows if row.id not in computed]
    merged = sorted([*computed.values(), *kept], key=lambda row: (row.document, row.start, row.end, row.id))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in merged)
    return out.getvalue()


def _number(key: str, source: Source) -> str:
    parts = {part.key: part for part in source.parts}
    chain = []
    while key:
        chain.append(parts[key].notation)
        key = parts[key].parent
    return ".".join(reversed(chain))


def _label(segment: Segment, number: str) -> str:
    kind = KIND_NAMES.get(segment.kind, segment.kind)
    if segment.kind in ("heading", "lead"):
        return f"{number}, {kind}"
    return f"{number}, {kind} {segment.ordinal}"
