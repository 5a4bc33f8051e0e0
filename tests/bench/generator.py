"""Data of any size in the shape of the record: sessions that repeat it, with other values from it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

SEED = 20170508
GRAPHS = ("reference", "record", "inferred")
"""Graphs that are taken whole, by the last part of their IRI; those about the data set itself are not."""
SESSION = re.compile(r"(/id/[a-z-]+/gcm-)1(?=-|$)")
"""What tells the things of the recorded session, and of no other: their key begins with `gcm-1`."""
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CHANGED = 0.5
"""Share of the values which may change from session to session that do."""


@dataclass(frozen=True)
class _Shape:
    """The record's quads about its session, and all values that each property has there."""

    quads: tuple[Quad, ...]
    values: dict[str, list[NamedNode | Literal]]


def generate(record: Iterable[Quad], triples: int) -> list[Quad]:
    """So many quads, each triple in one graph: the record first, then sessions 2, 3 … in its shape.

    The same record gives the same quads. A record that is itself longer is cut.
    """
    quads: dict[Quad, Quad] = {}
    for quad in sorted(record, key=lambda quad: (_rank(quad), str(quad))):
        if _rank(quad) < len(GRAPHS):
            quads.setdefault(_triple(quad), quad)
    shape = _shape(quads.values())
    chance = random.Random(SEED)
    session = 1
    while len(quads) < triples:
        session += 1
        for quad in _copy(shape, session, chance):
            quads.setdefault(_triple(quad), quad)
    return list(quads.values())[:triples]


def _copy(shape: _Shape, session: int, chance: random.Random) -> Iterator[Quad]:
    """The record's session once more, as another one."""
    for quad in shape.quads:
        value = quad.object
        if _may_change(quad) and chance.random() < CHANGED:
            value = chance.choice(shape.values[quad.predicate.value])
        elif isinstance(value, NamedNode):
            value = _renamed(value, session)
        assert isinstance(quad.subject, NamedNode)
        yield Quad(_renamed(quad.subject, session), quad.predicate, value, quad.graph_name)


def _shape(quads: Iterable[Quad]) -> _Shape:
    found = tuple(quad for quad in quads if SESSION.search(str(quad.subject)[1:-1]))
    values: dict[str, dict[NamedNode | Literal, None]] = {}
    for quad in found:
        if _may_change(quad):
            assert isinstance(quad.object, NamedNode | Literal)
            values.setdefault(quad.predicate.value, {})[quad.object] = None
    return _Shape(found, {name: list(those) for name, those in values.items()})


def _may_change(quad: Quad) -> bool:
    """Whether another value would do as well: text, and things that are not of the session."""
    if isinstance(quad.object, Literal):
        return quad.object.language is not None
    return (
        isinstance(quad.object, NamedNode)
        and quad.predicate != TYPE
        and not SESSION.search(quad.object.value)
    )


def _renamed(node: NamedNode, session: int) -> NamedNode:
    return NamedNode(SESSION.sub(rf"\g<1>{session}", node.value))


def _triple(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)


def _rank(quad: Quad) -> int:
    name = str(quad.graph_name)[1:-1].rpartition("/")[2]
    return GRAPHS.index(name) if name in GRAPHS else len(GRAPHS)
