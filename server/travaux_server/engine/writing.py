"""An answer written out whole, within its bytes and rows, in the media type asked for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING
from xml.parsers import expat

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple, serialize

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

SOLUTION_FORMATS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
}
LINES = frozenset({"application/n-triples", "application/n-quads"})
"""Formats with one triple in each line."""
SORTED_TRIPLES = 20_000
"""Graphs up to this size are written in the order of their N-Triples; longer ones as they come."""
PREFIX_LINE = re.compile(rb"@prefix ([^\s:]*:) <[^>]*> \.\n")
BEFORE_NAMES = (b" ", b"\t", b"\n", b"^")
NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""Bytes of characters that no XML 1.0 document can hold."""


class AnswerTooLong(ValueError):
    """Raised when an answer exceeds what a request allows; its message is the limit."""


class NotWritable(ValueError):
    """Raised when an answer cannot be written in a media type; its arguments are a name and a hint."""


class _Bounded(BytesIO):
    """A file in memory that takes `limit` bytes. Raises `AnswerTooLong` at the first byte beyond."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._left = limit

    def write(self, part: ReadableBuffer) -> int:
        written = super().write(part)
        self._left -= written
        if self._left < 0:
            raise AnswerTooLong(f"{self._limit:,} bytes")
        return written


def solutions(results: QuerySolutions | QueryBoolean, media_type: str, most_bytes: int) -> bytes:
    """Rows or a boolean as they are found. Raises `AnswerTooLong`, and what the evaluation raises."""
    output = _Bounded(most_bytes)
    results.serialize(output, format=SOLUTION_FORMATS[media_type])
    return output.getvalue()


def checked(body: bytes, media_type: str, most_rows: int) -> bytes:
    """Solutions as they may be sent. Raises `NotWritable` for XML that is none, `AnswerTooLong` for rows."""
    if len(body) > most_rows and _count(body, media_type, most_rows) > most_rows:
        raise AnswerTooLong(f"{most_rows:,} rows")
    if media_type.endswith("+xml"):
        if NOT_XML.search(body):
            raise NotWritable("XML", "ask for JSON")
        return body.replace(b"\r", b"&#xD;")
    return body


def bounded(triples: Iterable[Triple], most: int) -> Iterator[Triple]:
    """The triples. Raises `AnswerTooLong` after so many."""
    for number, triple in enumerate(triples):
        if number >= most:
            raise AnswerTooLong(f"{most:,} triples")
        yield triple


def in_order(triples: Iterator[Triple], media_type: str) -> list[Triple]:
    """The first triples of a graph, in the order of their N-Triples; all of them if it is not a large one.

    For a format that has one in each line they are as they come: its lines are brought in order.
    """
    first = list(islice(triples, SORTED_TRIPLES))
    if media_type not in LINES:
        first.sort(key=str)
    return first


def graph(triples: Iterable[Triple], media_type: str, prefixes: dict[str, str], most_bytes: int) -> bytes:
    """A graph. Raises `AnswerTooLong`, `NotWritable`, and what the evaluation raises."""
    output = _Bounded(most_bytes)
    try:
        serialize(triples, output, GRAPH_FORMATS[media_type], prefixes=prefixes)
    except OSError:
        raise NotWritable(media_type, "ask for Turtle") from None
    body = output.getvalue()
    if media_type in LINES:
        return _in_order(body)
    if media_type in ("text/turtle", "application/trig"):
        body = _without_idle_prefixes(body)
    elif media_type == "application/rdf+xml":
        body = body.replace(b"\r", b"&#xD;")
        if not _is_xml(body):
            raise NotWritable("RDF/XML", "ask for Turtle")
    return body


def _in_order(body: bytes) -> bytes:
    """The lines of N-Triples in their order, unless there are many."""
    lines = body.splitlines(keepends=True)
    return body if len(lines) > SORTED_TRIPLES else b"".join(sorted(lines))


def _count(body: bytes, media_type: str, most: int) -> int:
    """Rows of solutions; a cheap bound from above where that is enough to say that there are not too many."""
    if media_type == "application/sparql-results+xml":
        return body.count(b"<result>")
    if media_type == "application/sparql-results+json":
        least = body.count(b"},{") + 1
        return least if least <= most else len(json.loads(body).get("results", {}).get("bindings", ()))
    lines = body.count(b"\n") - 1
    if media_type == "text/csv" and lines > most:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    return lines


def _without_idle_prefixes(body: bytes) -> bytes:
    """Leave out the prefix declarations, which stand first, whose prefix occurs nowhere else."""
    end = 0
    declarations = []
    while match := PREFIX_LINE.match(body, end):
        declarations.append(match)
        end = match.end()
    used = [
        match.group()
        for match in declarations
        if any(body.find(before + match[1], max(end - 1, 0)) >= 0 for before in BEFORE_NAMES)
    ]
    return b"".join(used) + body[end:]


def _is_xml(body: bytes) -> bool:
    """Whether the body is well-formed; a property whose IRI ends in no name makes RDF/XML that is not."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except expat.ExpatError:
        return False
    return True
