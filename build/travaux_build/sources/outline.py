"""The numbering of a document's headings: Roman parts, Arabic and lettered sections, an annex with days."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CONTENTS = "CONTENTS"
ANNEX = "annex"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
NUMBERED = re.compile(r"(?P<number>[IVX]+|\d{1,2}|[a-z])\.\s+(?P<title>\S.*)", re.DOTALL)
ANNEXED = re.compile(r"ANNEX\b[^A-Za-z]*(?P<title>.*)", re.DOTALL)
DAY = re.compile(r"Day (?P<number>\d+)\b[^A-Za-z]*(?P<title>.*)", re.DOTALL)
LONGEST_HEADING = 160
"""A paragraph longer than this is never a heading, whatever it starts with (characters)."""


@dataclass(frozen=True)
class Heading:
    """A heading in its place: the key of its part (`iii-k`), its parent's, its number, its title."""

    key: str
    parent: str
    notation: str
    title: str


def bare_heading(block: str) -> bool:
    """Whether a paragraph has the form of a heading, wherever it stands."""
    line = block.strip()
    return len(line) <= LONGEST_HEADING and bool(NUMBERED.match(line) or ANNEXED.match(line))


@dataclass
class Outline:
    """Follows the headings in order, so that a number is read as what is due next.

    A capital I where the letter l is due is that letter: some documents print it so.
    """

    _roman: int = 0
    _inner: dict[str, int] = field(default_factory=dict)
    _top: str = ""
    _annexed: bool = False
    _letters: dict[str, str] = field(default_factory=dict)

    def enter(self, block: str) -> Heading | None:
        """The heading that a paragraph is, if it is the one that may come next; otherwise None."""
        line = " ".join(block.split())
        if len(line) > LONGEST_HEADING or line.startswith(("-", "•")):
            return None
        if match := ANNEXED.match(line):
            self._annexed, self._top = True, ANNEX
            return Heading(ANNEX, "", "ANNEX", match["title"])
        if self._annexed:
            if match := DAY.match(line):
                return Heading(f"{ANNEX}-{match['number']}", ANNEX, match["number"], line)
            return None
        if match := NUMBERED.match(line):
            return self._numbered(match["number"], match["title"])
        return None

    def short(self, key: str) -> str:
        """The part's name in the keys of its pieces: a lettered area is known by its letter alone.

        Where that letter is also the number of a part (i, v, x), or an area of an earlier part has it, the
        key stays whole.
        """
        letter = key.rpartition("-")[2]
        if re.fullmatch(r"[ivx]+-[a-z]", key) and letter.upper() not in ROMAN:
            return letter if self._letters.setdefault(letter, key) == key else key
        return key

    def _numbered(self, number: str, title: str) -> Heading | None:
        if self._roman < len(ROMAN) and number == ROMAN[self._roman]:
            self._roman += 1
            self._top = number.lower()
            return Heading(self._top, "", number, title)
        due = self._inner.get(self._top, 0) + 1
        letter = chr(ord("a") + due - 1)
        if (self._top and number in (str(due), letter)) or (number == "I" and letter == "l"):
            self._inner[self._top] = due
            notation = number if number.isdigit() else letter
            return Heading(f"{self._top}-{notation}", self._top, notation, title)
        return None
