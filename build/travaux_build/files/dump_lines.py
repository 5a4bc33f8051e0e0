"""Sorted lines of N-Quads: what a release says of one thing, found without reading the rest."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from travaux_build.errors import ReleaseError
from travaux_build.iris import Iris

QUAD = re.compile(r"<([^>]*)> <([^>]*)> (.*) <([^>]*)> \.")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
AFTER_ALL = b"\xff"
"""A byte that comes after all that UTF-8 has."""
ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, order=True)
class Statement:
    """A statement: IRIs bare, the value as N-Triples writes it."""

    subject: str
    graph: str
    property: str
    value: str


@dataclass(frozen=True)
class Value:
    """A value read from N-Triples: an IRI, or a text with its language or the IRI of its datatype."""

    iri: str = ""
    text: str = ""
    language: str = ""
    datatype: str = ""


class Dump:
    """An open N-Quads dump of a release: all about one subject, in the order of the lines."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data

    def about(self, iri: str) -> list[str]:
        """The lines with that IRI as subject."""
        return list(self._from(f"<{iri}> ".encode()))

    def about_parts(self, iri: str) -> list[str]:
        """The lines about a thing and about its parts, whose IRIs are its own with a fragment; sorted."""
        return sorted([*self._from(f"<{iri}#".encode()), *self.about(iri)])

    def holds(self, iri: str) -> bool:
        """Whether any line has that IRI, or one of its parts, as subject."""
        return any(next(self._from(start.encode()), None) is not None for start in (f"<{iri}> ", f"<{iri}#"))

    def is_stated(self, iri: str, iris: Iris) -> bool:
        """Whether anything is said of a thing but that it is retired, which a release's description says."""
        lines, description = self.about(iri), f" <{iris.graph('description')}> ."
        is_retired = any(f"<{DEPRECATED}>" in line and line.endswith(description) for line in lines)
        return bool(lines) and not is_retired

    def subjects(self, start: str) -> Iterator[str]:
        """The IRIs of all subjects that begin with `start`, each once."""
        begin = f"<{start}".encode()
        subject = re.compile(rb"^<([^>]*)>", re.MULTILINE)
        last = b""
        for match in subject.finditer(self._data, self._first(begin), self._first(begin + AFTER_ALL)):
            if match[1] != last:
                last = match[1]
                yield last.decode()

    def _from(self, start: bytes) -> Iterator[str]:
        """The lines that begin so."""
        at = self._first(start)
        while self._data[at : at + len(start)] == start:
            end = self._data.find(b"\n", at)
            yield self._data[at:end].decode()
            at = end + 1

    def _first(self, start: bytes) -> int:
        """Where the first line begins that does not come before `start`; the end if there is none."""
        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            before = self._data.rfind(b"\n", low, middle)
            line = before + 1 if before >= 0 else low
            if self._data[line : line + len(start)] < start:
                low = self._data.find(b"\n", middle) + 1 or len(self._data)
            else:
                high = line
        return low


@contextmanager
def opened(path: Path) -> Iterator[Dump]:
    """The dump at a path, while the context lasts. Raises `ReleaseError` if it cannot be read."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield Dump(data)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{path}: cannot be read ({error}); restore it from a copy") from error


def statement_of(line: str) -> Statement:
    """The statement of a line without its line feed. Raises `ReleaseError` for a line that is none."""
    match = QUAD.fullmatch(line)
    if match is None:
        raise ReleaseError(f"{line[:200]}: is no line of N-Quads; restore the release from a copy")
    return Statement(match[1], match[4], match[2], match[3])


def value_of(term: str) -> Value:
    """A term of N-Triples, read."""
    match = LITERAL.fullmatch(term)
    if match is None:
        return Value(iri=term[1:-1])
    return Value("", ESCAPE.sub(_plain, match[1]), match[2] or "", match[3] or "")


def _plain(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else ESCAPED.get(match[3], match[3])
