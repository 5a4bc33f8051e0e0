"""Figures: how many triples, subjects, objects and instances there are, of what and with which property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ANY = ""
"""Stands for all properties together, where something is kept by property."""


@dataclass(frozen=True)
class PropertyFigures:
    """Triples with a property, and their distinct subjects and objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Figures:
    """What some triples amount to: in all, by property, and instances by class.

    `entities` are the subjects whose IRIs are those of things of ours; `examples` are the first of them, by
    IRI, of each class that has any.
    """

    all: PropertyFigures
    entities: int
    properties: Mapping[str, PropertyFigures]
    classes: Mapping[str, int]
    examples: Mapping[str, str]


class Tally:
    """Some triples, counted: each once, and by property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = set(triples)
        self.counts: Counter[str] = Counter()
        self.subjects: dict[str, set[str]] = {}
        self.objects: dict[str, set[str]] = {}
        self.instances: dict[str, set[str]] = {}
        for triple in self.triples:
            subject, property_, value = str(triple.subject), triple.predicate.value, str(triple.object)
            for key in (property_, ANY):
                self.counts[key] += 1
                self.subjects.setdefault(key, set()).add(subject)
                self.objects.setdefault(key, set()).add(value)
            if property_ == TYPE and isinstance(triple.object, NamedNode):
                self.instances.setdefault(triple.object.value, set()).add(subject)


def figures_of(some: Tally, things: str, others: Iterable[Triple] = ()) -> Figures:
    """The figures of some triples and others together; IRIs that begin with `things` are those of things."""
    more = Tally(set(others) - some.triples)
    properties = {
        key: PropertyFigures(
            some.counts[key] + more.counts[key],
            _size(some.subjects, more.subjects, key),
            _size(some.objects, more.objects, key),
        )
        for key in sorted({ANY, *some.counts, *more.counts})
    }
    own = f"<{things}"
    subjects = some.subjects.get(ANY, set()) | more.subjects.get(ANY, set())
    instances = {
        class_: some.instances.get(class_, set()) | more.instances.get(class_, set())
        for class_ in sorted({*some.instances, *more.instances})
    }
    found = {
        class_: min((one for one in members if one.startswith(own)), default="")
        for class_, members in instances.items()
    }
    return Figures(
        all=properties.pop(ANY),
        entities=sum(subject.startswith(own) for subject in subjects),
        properties=properties,
        classes={class_: len(members) for class_, members in instances.items()},
        examples={class_: iri[1:-1] for class_, iri in found.items() if iri},
    )


def _size(some: Mapping[str, set[str]], more: Mapping[str, set[str]], key: str) -> int:
    known = some.get(key, set())
    return len(known) + len(more.get(key, set()) - known)
