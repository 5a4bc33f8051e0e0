"""What the shapes demand of the properties of each class, in the form that editors can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.content import Content
from travaux_build.reading.turtle import read_shapes

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True)
class Demand:
    """What holds for the values of one property: how many, which, of what form and class, in plain words."""

    minimum: int = 0
    maximum: int | None = None
    one_per_language: bool = False
    languages: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    classes: frozenset[str] = frozenset()
    description: str = ""

    def and_also(self, other: Demand) -> Demand:
        """Both demands at once; where only one can be shown, this one."""
        bounds = [bound for bound in (self.maximum, other.maximum) if bound is not None]
        return replace(
            self,
            minimum=max(self.minimum, other.minimum),
            maximum=min(bounds) if bounds else None,
            one_per_language=self.one_per_language or other.one_per_language,
            languages=self.languages or other.languages,
            allowed=self.allowed or other.allowed,
            pattern=self.pattern or other.pattern,
            classes=self.classes | other.classes,
            description=self.description or other.description,
        )


Demands = Mapping[str, Demand]
"""By the IRI of the property; `^` before it where the property leads here from another thing."""


def read_class_shapes(content: Content) -> dict[str, Demands]:
    """The demands of `shapes/*.ttl` by the class that they target; `Refused` if these cannot be read."""
    graph = _Graph(read_shapes(content))
    found: dict[str, dict[str, Demand]] = {}
    for shape, target in graph.pairs(SH + "targetClass"):
        demands = found.setdefault(target, {})
        for node in [shape, *graph.values(shape, SH + "node")]:
            for prop in graph.values(node, SH + "property"):
                if path := _path(graph, prop):
                    demand = _demand(graph, prop)
                    demands[path] = demands[path].and_also(demand) if path in demands else demand
    return {target: demands for target, demands in found.items() if demands}


class _Graph:
    """Triples by subject and predicate, terms as their texts."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self._values.setdefault((subject.value, quad.predicate.value), []).append(value.value)

    def values(self, subject: str, predicate: str) -> list[str]:
        return self._values.get((subject, predicate), [])

    def first(self, subject: str, *predicates: str) -> str:
        """The first value of the first of these predicates that has one, else empty."""
        return next((value for one in predicates for value in self.values(subject, one)), "")

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        return [
            (one, value) for (one, by), values in self._values.items() if by == predicate for value in values
        ]

    def members(self, head: str) -> tuple[str, ...]:
        """The members of an RDF list; a list that turns back on itself ends there."""
        found: list[str] = []
        seen: set[str] = set()
        while head and head != RDF + "nil" and head not in seen:
            seen.add(head)
            found += self.values(head, RDF + "first")
            head = self.first(head, RDF + "rest")
        return tuple(found)


def _path(graph: _Graph, prop: str) -> str:
    """The property that a property shape is about, `^` before an inverse one; empty for longer paths."""
    path = graph.first(prop, SH + "path")
    if inverse := graph.first(path, SH + "inversePath"):
        return "^" + inverse
    longer = ("alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
    composed = any(graph.values(path, SH + one) for one in longer) or graph.values(path, RDF + "first")
    return "" if composed else path


def _demand(graph: _Graph, prop: str) -> Demand:
    def number(name: str) -> int | None:
        value = graph.first(prop, SH + name)
        return int(value) if value.isdecimal() else None

    return Demand(
        minimum=number("minCount") or 0,
        maximum=number("maxCount"),
        one_per_language=graph.first(prop, SH + "uniqueLang") == "true",
        languages=graph.members(graph.first(prop, SH + "languageIn")),
        allowed=graph.members(graph.first(prop, SH + "in")),
        pattern="" if graph.values(prop, SH + "flags") else graph.first(prop, SH + "pattern"),
        classes=frozenset(graph.values(prop, SH + "class")),
        description=graph.first(prop, SH + "description", SH + "message", SH + "name"),
    )
