"""One query, evaluated and written out whole inside a worker: with `store`, all that knows pyoxigraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from travaux_server.engine.excerpt import excerpt
from travaux_server.engine.messages import Reply, Request
from travaux_server.engine.store import Loaded
from travaux_server.tokens import declared_prefixes

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
SORTED_TRIPLES = 20_000
"""Graphs up to this size are written in the order of their terms; longer ones as they come."""
PREFIX_LINE = re.compile(rb"@prefix ([^\s:]*:) <[^>]*> \.\n")
NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""Bytes of characters that no XML 1.0 document can hold."""
POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class AnswerTooLong(ValueError):
    """Raised when an answer exceeds the bytes that a request allows."""


class Bounded(BytesIO):
    """A file in memory that takes `limit` bytes. Raises `AnswerTooLong` at the first byte beyond."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit

    def write(self, part: ReadableBuffer) -> int:
        written = super().write(part)
        self._left -= written
        if self._left < 0:
            raise AnswerTooLong
        return written


def evaluate(loaded: Loaded, request: Request) -> tuple[Reply, bytes]:
    """The reply to a request and the bytes of its answer; what is wrong with a query is a reply as well."""
    try:
        return _evaluate(loaded, request)
    except AnswerTooLong:
        length = f"{request.answer_bytes:,} bytes"
        return Reply(fault="costly", message=f"the answer is longer than {length}", hint="add a LIMIT"), b""
    except MemoryError:
        return Reply(fault="costly", message="the query needs more memory than one may have"), b""
    except SyntaxError as error:
        return _malformed(str(error)), b""
    except (RuntimeError, ValueError) as error:
        return Reply(fault="malformed", message=str(error)[:500]), b""
    except OSError:
        return (
            Reply(
                fault="refused",
                message="the query asks for data from elsewhere, and none is ever fetched",
                hint="take SERVICE out of the query",
            ),
            b"",
        )


def _evaluate(loaded: Loaded, request: Request) -> tuple[Reply, bytes]:
    explicit = request.default_graphs is not None or request.named_graphs is not None
    results = loaded.store.query(
        request.text,
        base_iri=loaded.base,
        prefixes=loaded.prefixes,
        default_graph=_nodes(request.default_graphs) if explicit else None,
        named_graphs=_nodes(request.named_graphs) if explicit else None,
    )
    if isinstance(results, QueryTriples):
        return _graph(results, request, loaded)
    if request.rows is not None and isinstance(results, QuerySolutions):
        body, total = excerpt(results, request.rows)
        return Reply(kind="solutions", media_type=request.solutions, total=total), body
    output = Bounded(request.answer_bytes)
    results.serialize(output, format=SOLUTION_FORMATS[request.solutions])
    body = output.getvalue()
    if request.solutions.endswith("+xml"):
        if NOT_XML.search(body):
            return _unrepresentable("XML", "ask for JSON"), b""
        body = body.replace(b"\r", b"&#xD;")
    is_boolean = isinstance(results, QueryBoolean)
    return Reply(kind="boolean" if is_boolean else "solutions", media_type=request.solutions), body


def _graph(results: QueryTriples, request: Request, loaded: Loaded) -> tuple[Reply, bytes]:
    first = list(islice(results, SORTED_TRIPLES))
    first.sort(key=_order)
    things = loaded.base + "id/"
    prefixes = {**loaded.prefixes, **declared_prefixes(request.text)}
    prefixes = {name: iri for name, iri in prefixes.items() if iri != things}
    output = Bounded(request.answer_bytes)
    triples: Iterable[Triple] = chain(first, results)
    try:
        serialize(triples, output, GRAPH_FORMATS[request.graph], prefixes=prefixes)
    except OSError:
        return _unrepresentable(request.graph, "ask for Turtle"), b""
    body = output.getvalue()
    if request.graph in ("text/turtle", "application/trig"):
        body = _without_idle_prefixes(body)
    elif request.graph == "application/rdf+xml":
        body = body.replace(b"\r", b"&#xD;")
        if not _is_xml(body):
            return _unrepresentable("RDF/XML", "ask for Turtle"), b""
    return Reply(kind="graph", media_type=request.graph), body


def _order(triple: Triple) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _nodes(graphs: Sequence[str] | None) -> list[Any]:
    """The graphs as nodes. Raises `ValueError` for what is no absolute IRI."""
    return [NamedNode(graph) for graph in graphs or ()]


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
        if re.compile(rb"[\s^]" + re.escape(match[1])).search(body, max(end - 1, 0))
    ]
    return b"".join(used) + body[end:]


def _is_xml(body: bytes) -> bool:
    """Whether the body is well-formed; a property whose IRI ends in no name makes RDF/XML that is not."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except expat.ExpatError:
        return False
    return True


def _unrepresentable(name: str, hint: str) -> Reply:
    return Reply(fault="unrepresentable", message=f"the answer cannot be written as {name}", hint=hint)


def _malformed(message: str) -> Reply:
    found = POSITION.match(message)
    if not found:
        return Reply(fault="malformed", message=message[:500])
    line, column, expected = found.groups()
    return Reply(fault="malformed", message=expected[:2000], line=int(line), column=int(column))
