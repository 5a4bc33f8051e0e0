"""The text of a .pdf: lines joined to paragraphs again, without what each page repeats."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from travaux_build.errors import SourceError
from travaux_build.sources.outline import ANNEXED, DAY, bare_heading
from travaux_build.sources.source import ITEM, TIME_ROW

FULL = 0.8
"""A line of at least this share of the longest usual one goes on in the next."""
USUAL = 0.9
"""Share of the lines that are no longer than a usual one: a few stick out of every page."""
PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–]?\s*\d+\s*[-–]?(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)
BULLET = re.compile(r"^[\uf0b7\u25cf\u25aa\u2022\u2023]\s*")
MOST_PAGES = 2_000
EDGE = 2
"""Lines at the top and at the bottom of a page that may be a running head or foot."""


def lines_of(path: Path) -> Iterator[str]:
    """Each paragraph, list item and table row, in the order in which the file draws them."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each oddity; we tell of what matters
    try:
        reader = PdfReader(path)
        if len(reader.pages) > MOST_PAGES:
            raise SourceError(f"{path}: has more than {MOST_PAGES:,} pages; give the summary alone")
        pages = [
            [line.strip() for line in page.extract_text().splitlines() if line.strip()]
            for page in reader.pages
        ]
    except PyPdfError as error:
        raise SourceError(
            f"{path}: is no .pdf that can be read ({error}); print it to a new one, without a password"
        ) from error
    yield from _paragraphs([line for page in _without_edges(pages) for line in page])


def _without_edges(pages: list[list[str]]) -> Iterator[list[str]]:
    """The pages without their numbers, and without lines at the edge that most pages have."""
    repeated = Counter(
        _bare(line) for page in pages for line in {*page[:EDGE], *page[-EDGE:]} if len(pages) > EDGE
    )
    for page in pages:
        last = len(page) - EDGE
        yield [
            line
            for place, line in enumerate(page)
            if EDGE <= place < last
            or not (PAGE_NUMBER.fullmatch(line) or repeated[_bare(line)] * 2 > len(pages))
        ]


def _bare(line: str) -> str:
    return re.sub(r"\d+", "", line).strip()


def _paragraphs(lines: list[str]) -> Iterator[str]:
    lengths = sorted(map(len, lines))
    usual = lengths[int(len(lengths) * USUAL)] if lengths else 0
    pending, last = "", ""
    for line in (BULLET.sub("- ", one) for one in lines):
        if pending and _goes_on(last, line, usual):
            pending += line if pending.endswith("-") and line[0].islower() else f" {line}"
        else:
            if pending:
                yield pending
            pending = line
        last = line
    if pending:
        yield pending


def _goes_on(before: str, line: str, usual: int) -> bool:
    """Whether a line belongs to the paragraph of the line before it."""
    if (
        bare_heading(line)
        or ITEM.match(line)
        or TIME_ROW.match(line)
        or DAY.match(line)
        or ANNEXED.match(line)
    ):
        return False
    if line[0].islower():
        return True
    return len(before) >= FULL * usual
