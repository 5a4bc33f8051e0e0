"""A source text cut into its smallest citable pieces: headings, sentences, list items, rows; with offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from travaux_build.errors import SourceError
from travaux_build.sources.outline import ANNEX, CONTENTS, DAY, Outline, bare_heading

Kind = Literal["title", "contents", "heading", "sentence", "lead", "item", "row", "furniture"]
TIME_ROW = re.compile(r"\d{1,2}[:.]\d{2}\s*[–-]\s*\d{1,2}[:.]\d{2}")
ITEM = re.compile(r"[-•*]\s+")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z])")
ABBREVIATION = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Prof|St|No|Art|para|cf|e\.g|i\.e|H\.E|U\.N|[A-Z])\.$")
TAG = re.compile(r"</?[A-Za-z][^>]*>")


@dataclass(frozen=True)
class Segment:
    """A piece of the text: the Unicode characters from `start` (included) to `end` (excluded).

    `key` is unique in the document (`k-s2`, `k-10`, `k-heading`). `part` is the key of the part in which the
    piece stands, empty above the first heading. `ordinal` is its place among its kind there, from 1.
    """

    key: str
    kind: Kind
    part: str
    ordinal: int
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """A heading's part of the document: its key, its parent's, its number as printed and its title."""

    key: str
    parent: str
    notation: str
    title: str


@dataclass(frozen=True)
class Source:
    """A source text with its segments in reading order and its parts in reading order."""

    text: str
    segments: tuple[Segment, ...]
    parts: tuple[Part, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole text in UTF-8, in lower-case hexadecimal."""
        return digest(self.text)

    def digest(self, start: int, end: int) -> str:
        """SHA-256 of exactly the characters from `start` to `end`."""
        return digest(self.text[start:end])

    def plain(self, segment: Segment) -> str:
        """The segment's text as one line: page breaks and mark-up of the conversion taken out."""
        return self.between(segment.start, segment.end)

    def between(self, start: int, end: int) -> str:
        """The characters from `start` to `end` as one line, in the same way."""
        return re.sub(r"\s+", " ", TAG.sub("", self.text[start:end])).strip()


@dataclass
class _Reading:
    """The pieces found so far, the part in which the reading stands, and how many of each kind it has had."""

    text: str
    part: str = ""
    short: str = ""
    segments: list[Segment] = field(default_factory=list)
    _counts: dict[tuple[str, Kind], int] = field(default_factory=dict)

    def add(self, kind: Kind, start: int, end: int) -> None:
        """Note a piece; its key follows from the part, the kind and its number."""
        number = self._counts.get((self.part, kind), 0) + 1
        self._counts[self.part, kind] = number
        key = _KEYS[kind].format(part=self.short, number=number)
        if kind == "lead" and number > 1:
            key += f"-{number}"
        self.segments.append(Segment(key, kind, self.part, number, start, end))


_KEYS: dict[Kind, str] = {
    "title": "title-{number}",
    "contents": "contents-{number}",
    "heading": "{part}-heading",
    "sentence": "{part}-s{number}",
    "lead": "{part}-lead",
    "item": "{part}-{number}",
    "row": "{part}-r{number}",
    "furniture": "{part}-f{number}",
}


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_source(path: Path) -> Source:
    """The segmented text of a UTF-8 file; `SourceError` if it cannot be read or has no numbered headings."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start} is not UTF-8; convert the text first") from error
    return segment(text, str(path))


def segment(text: str, name: str = "source") -> Source:
    """Cut a summary of this genre: title lines, contents, parts under numbered headings, lists, an annex.

    Pieces that a page break cut in two (a blank line inside a sentence or list item) are one segment.
    """
    outline = Outline()
    reading = _Reading(text)
    parts: list[Part] = []
    state: Literal["title", "contents", "body"] = "title"
    first_entry = ""
    for start, end in _blocks(text):
        block = text[start:end]
        if state == "title" and block == CONTENTS:
            state = "contents"
        elif state == "contents" and block == first_entry:
            state = "body"
        elif state == "contents":
            first_entry = first_entry or ITEM.sub("", block, count=1)
        elif state == "title" and bare_heading(block):
            state = "body"
        if state != "body":
            reading.add(state, start, end)
        elif heading := outline.enter(block):
            parts.append(Part(heading.key, heading.parent, heading.notation, heading.title))
            reading.part, reading.short = heading.key, outline.short(heading.key)
            reading.add("heading", start, end)
        else:
            _read_body(reading, start, end)
    if not parts:
        raise SourceError(f"{name}: has no numbered heading such as “I. Introduction”; is it a summary?")
    keys = [segment.key for segment in reading.segments]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise SourceError(
            f"{name}: two pieces would be called {', '.join(twice[:3])}; are headings numbered twice?"
        )
    return Source(text, tuple(reading.segments), tuple(parts))


def _read_body(reading: _Reading, start: int, end: int) -> None:
    block = reading.text[start:end]
    if reading.part.startswith(ANNEX):
        reading.add("row" if TIME_ROW.match(block) else "furniture", start, end)
    elif match := ITEM.match(block):
        reading.add("item", start + match.end(), end)
    else:
        for left, right in _sentences(reading.text, start, end):
            reading.add("lead" if reading.text[right - 1] == ":" else "sentence", left, right)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, list items and table rows as offsets; what a page break cut in two is joined again."""
    pending: tuple[int, int] | None = None
    for start, end in _lines(text):
        line = text[start:end]
        if pending is not None and _continues(text[pending[0] : pending[1]], line):
            pending = (pending[0], end)
            continue
        if pending is not None:
            yield pending
        pending = (start, end)
    if pending is not None:
        yield pending


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text):
        stripped = match.group().strip()
        if stripped:
            left = match.start() + match.group().index(stripped[0])
            yield left, left + len(stripped)


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with what stands before it: it starts small, and that was not closed."""
    starts_small = line[0].islower() and not bare_heading(line)
    return starts_small and not before.endswith((".", "!", "?", ":")) and not DAY.match(before)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    for match in SENTENCE_END.finditer(text, start, end):
        if ABBREVIATION.search(text[left : match.start()]):
            continue
        right = match.start() + len(match.group().rstrip())
        yield left, right
        left = match.end()
    if left < end:
        yield left, end
