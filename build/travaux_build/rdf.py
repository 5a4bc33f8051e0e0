"""Serialising: sorted quads become the same bytes in every format, and each is proved by reading it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, RdfFormat, Store, Triple, parse, serialize

from travaux_build.errors import Problem, Refused, ReleaseError
from travaux_build.location import Locations

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (section 2.2)."""
LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*$")
"""What an element's name in RDF/XML must end in; the letters of Python, a little narrower than an NCName."""


@dataclass(frozen=True)
class Format:
    """A syntax: the suffix of its files, its media type, and whether it keeps the graphs apart."""

    suffix: str
    syntax: RdfFormat
    media_type: str
    graphs: bool


N_QUADS = Format("nq", RdfFormat.N_QUADS, "application/n-quads", graphs=True)
TRIG = Format("trig", RdfFormat.TRIG, "application/trig", graphs=True)
TURTLE = Format("ttl", RdfFormat.TURTLE, "text/turtle", graphs=False)
N_TRIPLES = Format("nt", RdfFormat.N_TRIPLES, "application/n-triples", graphs=False)
JSON_LD = Format("jsonld", RdfFormat.JSON_LD, "application/ld+json", graphs=False)
RDF_XML = Format("rdf", RdfFormat.RDF_XML, "application/rdf+xml", graphs=False)
FORMATS = (N_QUADS, TRIG, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)


def union(quads: Iterable[Quad]) -> set[Triple]:
    """The triples of all graphs together, each once."""
    return {quad.triple for quad in quads}


def as_held(quads: Iterable[Quad]) -> list[Quad]:
    """The quads as the engine's database holds them, sorted: values in one spelling, 79.90 as 79.9.

    What is dumped is then exactly what the engine answers with.
    """
    store = Store()
    store.extend(quads)
    return sorted(store, key=str)


def write(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str]) -> bytes:
    """The quads in that syntax, the same bytes for the same quads; without graphs, their union.

    N-Quads come in the order and form of RDFC-1.0, so that their SHA-256 is the canonical hash of a dataset
    without blank nodes. Raises `ReleaseError` if the bytes, read back, are not what was to be written.
    """
    expected: set[Quad] | set[Triple] = set(quads) if form.graphs else union(quads)
    text = serialize(sorted(expected, key=_key), format=form.syntax, prefixes=dict(prefixes)) or b""
    if form in (N_QUADS, N_TRIPLES):
        text = b"".join(sorted(text.splitlines(keepends=True)))
    if read(text, form) != expected:
        raise ReleaseError(f"{form.media_type}: does not hold the triples that were written; report this")
    return text


def read(text: bytes, form: Format) -> set[Quad] | set[Triple]:
    """The quads, or for a syntax without graphs the triples, of a serialisation."""
    found = parse(text, format=form.syntax)
    return set(found) if form.graphs else {quad.triple for quad in found}


def refuse_unwritable(quads: Sequence[Quad], locations: Locations) -> None:
    """Raises `Refused` for each statement that one of the formats cannot hold, with the place it stands."""
    problems = []
    predicates = set()
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if isinstance(value, Literal) and (match := NOT_XML.search(value.value)):
            message = f"holds U+{ord(match.group()):04X}, which no XML document can hold"
            problems.append(_problem(quad, locations, message, "delete that character"))
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            problems.append(_problem(quad, locations, "is or names a node without an IRI", "give it an id"))
        if isinstance(quad.graph_name, DefaultGraph):
            problems.append(_problem(quad, locations, "stands in no named graph", "name its graph"))
        if predicate not in predicates and not LOCAL_NAME.search(predicate.value):
            message = "has a property that does not end in a name, which RDF/XML cannot write"
            problems.append(_problem(quad, locations, message, "use another IRI"))
        predicates.add(predicate)
    if problems:
        raise Refused(problems)


def _problem(quad: Quad, locations: Locations, message: str, remedy: str) -> Problem:
    subject, predicate = str(getattr(quad.subject, "value", quad.subject)), quad.predicate.value
    place = locations.find(subject, predicate)
    text = f"{predicate} {message}"
    if place is None:
        return Problem(str(getattr(quad.graph_name, "value", "")), 0, 0, subject, text, remedy)
    return Problem(place.file, place.line, place.column, subject, text, remedy)


def _key(one: Quad | Triple) -> tuple[str, str, bool, str, str]:
    """By graph and subject; of a subject its types first, then its properties by IRI."""
    graph = str(one.graph_name) if isinstance(one, Quad) else ""
    predicate = one.predicate.value
    return graph, str(one.subject), predicate != RDF_TYPE, predicate, str(one.object)
