"""The text of a .docx: paragraphs with the numbers and bullets that Word gives them, and rows of tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table
from docx.text.paragraph import Paragraph

from travaux_build.errors import SourceError
from travaux_build.sources.outline import ROMAN

BULLET = "-"
PRESET_BULLETS = "List Bullet"
"""The name of Word's own styles for lists, whose bullets some programs write no numbering for."""


def lines_of(path: Path) -> Iterator[str]:
    """Each paragraph and table row in reading order; headers, footers and footnotes are left out."""
    try:
        document = docx.Document(str(path))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise SourceError(
            f"{path}: is no .docx that can be read; open it in Word and save it anew"
        ) from error
    numbering = _Numbering(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
        elif block.text.strip():
            yield f"{numbering.mark(block)} {block.text}".replace("\t", " ").replace("\n", " ")


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        seen: list[BaseOxmlElement] = []
        for cell in row.cells:
            if cell._tc not in seen:
                seen.append(cell._tc)
                cells.append(" ".join(cell.text.split()))
        yield "\t".join(cells)


@dataclass(frozen=True)
class _Level:
    """A level of a list: its form (`bullet`, `upperRoman` …), its text (`%1.`) and its first number."""

    form: str
    text: str
    start: int


class _Numbering:
    """Counts as Word does: lists of one kind go on counting, and a level starts anew below a higher one."""

    def __init__(self, document: Document) -> None:
        self._kinds: dict[str, str] = {}
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[tuple[str, int], int] = {}
        if any("numbering" in relation.reltype for relation in document.part.rels.values()):
            self._read(document.part.numbering_part.element)

    def mark(self, paragraph: Paragraph) -> str:
        """What stands before a paragraph: its number, a bullet, or nothing."""
        number, depth = _list_of(paragraph)
        kind = self._kinds.get(number, "")
        level = self._levels.get((kind, depth))
        if level is None:
            preset = paragraph.style is not None and (paragraph.style.name or "").startswith(PRESET_BULLETS)
            return BULLET if preset else ""
        if level.form == "bullet":
            return BULLET
        self._counts[kind, depth] = self._counts.get((kind, depth), level.start - 1) + 1
        for deeper in [place for place in self._counts if place[0] == kind and place[1] > depth]:
            del self._counts[deeper]
        text = level.text
        for above in range(depth + 1):
            form = self._levels.get((kind, above), level).form
            text = text.replace(f"%{above + 1}", _written(self._counts.get((kind, above), 1), form))
        return text

    def _read(self, root: BaseOxmlElement) -> None:
        for kind in root.iterchildren(qn("w:abstractNum")):
            for level in kind.iterchildren(qn("w:lvl")):
                place = (kind.get(qn("w:abstractNumId"), ""), int(level.get(qn("w:ilvl"), "0")))
                start = _value(level, "w:start")
                self._levels[place] = _Level(
                    _value(level, "w:numFmt"),
                    _value(level, "w:lvlText"),
                    int(start) if start.isdecimal() else 1,
                )
        for number in root.iterchildren(qn("w:num")):
            self._kinds[number.get(qn("w:numId"), "")] = _value(number, "w:abstractNumId")


def _list_of(paragraph: Paragraph) -> tuple[str, int]:
    """The number of the list to which a paragraph or its style belongs, empty if none, and its depth."""
    elements = [paragraph._p]
    style = paragraph.style
    while style is not None:
        elements.append(style.element)
        style = style.base_style
    for element in elements:
        found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is not None:
            depth = _value(found, "w:ilvl")
            return _value(found, "w:numId"), int(depth) if depth.isdecimal() else 0
    return "", 0


def _value(element: BaseOxmlElement, name: str) -> str:
    """The value that a child of an element carries, empty if there is none."""
    child = element.find(qn(name))
    return "" if child is None else str(child.get(qn("w:val"), ""))


def _written(number: int, form: str) -> str:
    """A number as a list shows it."""
    if form in ("upperRoman", "lowerRoman") and number <= len(ROMAN):
        roman = ROMAN[number - 1]
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter") and number <= 26:
        return chr(ord("A" if form == "upperLetter" else "a") + number - 1)
    return str(number)
