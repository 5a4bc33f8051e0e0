"""RDF read back: what a document says, term by term, in the words of N-Triples."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, parse

from travaux_build.errors import TravauxError
from travaux_server.engine.writing import GRAPH_FORMATS

Triple = tuple[str, str, str]
Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph as N-Quads write them; the graph is empty for the default graph."""


class NotReadable(TravauxError):
    """Raised when a document is not of the format that it is said to be; says why."""


def read_quads(body: bytes, media_type: str) -> frozenset[Quad]:
    """The quads of a document in one of the formats of graphs. Raises `NotReadable`."""
    try:
        return frozenset(
            (
                str(quad.subject),
                str(quad.predicate),
                str(quad.object),
                "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name),
            )
            for quad in parse(body, format=GRAPH_FORMATS[media_type])
        )
    except (SyntaxError, ValueError) as error:
        raise NotReadable(f"is no {media_type}: {error}") from error
