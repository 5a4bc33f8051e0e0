"""From checked entries to triples: a data file is a JSON-LD document whose context we add ourselves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from travaux_build.reading.context import Context
from travaux_build.reading.nodes import Fields, Items, Node, Scalar

BATCH = 1000
"""Entries of a long file that make one document."""
Json = str | list["Json"] | dict[str, "Json"]


def json_ld(root: Node, context: Context) -> str:
    """The JSON-LD document that a checked file is, its context included."""
    body = _json(root)
    assert isinstance(body, dict)  # the reader has refused any other root
    return json.dumps({**context.json_ld, **body}, ensure_ascii=False)


def documents(entries: Sequence[Node], context: Context) -> Iterator[str]:
    """The JSON-LD documents of a file that is a sequence of entries."""
    for start in range(0, len(entries), BATCH):
        batch = tuple(entries[start : start + BATCH])
        yield json_ld(Fields(((Scalar("entries", 1, 1), Items(batch, 1, 1)),), 1, 1), context)


def quads_of(document: str, graph: str) -> list[Quad]:
    """The triples of a JSON-LD document as quads of the graph with that IRI."""
    name = NamedNode(graph)
    found = parse(document.encode(), format=RdfFormat.JSON_LD)
    return [Quad(quad.subject, quad.predicate, quad.object, name) for quad in found]


def _json(node: Node) -> Json:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [_json(item) for item in node.items]
    return {key.text: _json(value) for key, value in node.pairs}
