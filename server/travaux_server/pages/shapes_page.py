"""The shapes as people read them: for each class, which properties it has, how many, and of what kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from travaux_server.engine import Term
from travaux_server.pages.names import Name, names_of, natural
from travaux_server.pages.texts import Text, best_of, text_of
from travaux_server.resources.addresses import Addresses, in_words
from travaux_server.resources.describe import statements_in
from travaux_server.resources.standard_terms import RDF
from travaux_server.service import Service

SH = "http://www.w3.org/ns/shacl#"
EXPECTED = ("class", "datatype", "node", "hasValue", "in", "pattern", "nodeKind", "languageIn")
"""Constraints that say what a value is, in the order in which they are shown."""
Facts = dict[str, dict[str, list[Term]]]


@dataclass(frozen=True)
class Expectation:
    """What a value has to be: a link to a class or the like, or words."""

    text: Text
    href: str = ""


@dataclass(frozen=True)
class PropertyShape:
    """What must hold of one property. `count` is in words; `is_inverse` if it leads to the thing."""

    anchor: str
    label: Text
    href: str
    is_inverse: bool
    count: str
    expected: tuple[Expectation, ...]
    order: float


@dataclass(frozen=True)
class NodeShape:
    """What must hold of the things of some classes.

    `shared` are property shapes that a shape before it on the page has as well, where they are described.
    """

    anchor: str
    name: Name
    targets: tuple[Expectation, ...]
    description: Text | None
    properties: tuple[PropertyShape, ...]
    shared: tuple[PropertyShape, ...]


def shapes_of(service: Service, addresses: Addresses) -> list[NodeShape]:
    """The shapes that have a target, by label. Raises `QueryError`."""
    iris = service.release.iris
    facts: Facts = {}
    for one in statements_in(service, iris.graph("shapes")):
        facts.setdefault(one.subject, {}).setdefault(one.property, []).append(one.value)
    terms = [term for found in facts.values() for values in found.values() for term in values]
    named = {term.value for term in terms if term.kind == "iri"}
    reader = _Reader(facts, dict(names_of(service.engine, named | set(facts))), addresses, iris.shapes)
    found = [reader.node(iri) for iri, said in facts.items() if SH + "targetClass" in said]
    return _each_once(sorted(found, key=lambda shape: natural(shape.name.label.value)))


def _each_once(shapes: Iterable[NodeShape]) -> list[NodeShape]:
    """The shapes with each property shape described in the first that has it, and shared by the others."""
    seen: set[str] = set()
    found = []
    for shape in shapes:
        new = tuple(one for one in shape.properties if one.anchor not in seen)
        old = tuple(one for one in shape.properties if one.anchor in seen)
        found.append(replace(shape, properties=new, shared=old))
        seen.update(one.anchor for one in new)
    return found


class _Reader:
    def __init__(self, facts: Facts, names: dict[str, Name], addresses: Addresses, document: str) -> None:
        self._facts = facts
        self._names = names
        self._addresses = addresses
        self._document = document

    def node(self, iri: str) -> NodeShape:
        properties = [self._property(term.value) for term in self._values(iri, "property")]
        return NodeShape(
            anchor=self._anchor(iri),
            name=self._names.get(iri) or Name(iri, Text(in_words(iri))),
            targets=tuple(self._expectation(term) for term in self._values(iri, "targetClass")),
            description=self._description(iri),
            properties=tuple(sorted(properties, key=lambda shape: (shape.order, shape.label.value))),
            shared=(),
        )

    def _property(self, iri: str) -> PropertyShape:
        path = next((term.value for term in self._values(iri, "path")), "")
        inverse = next((term.value for term in self._values(path, "inversePath")), "")
        name = best_of(self._values(iri, "name"))
        known = self._names.get(inverse or path)
        use_name = name is not None and (bool(inverse) or known is None or not known.has_label)
        label = (
            Text(in_words(name.value), name.language) if name and use_name else self._label(inverse or path)
        )
        order = next((term.value for term in self._values(iri, "order")), "")
        return PropertyShape(
            anchor=self._anchor(iri),
            label=label,
            href=self._addresses.href(inverse or path),
            is_inverse=bool(inverse) and not use_name,
            count=self._count(iri),
            expected=tuple(self._expectation(term) for key in EXPECTED for term in self._unrolled(iri, key)),
            order=float(order) if order.replace(".", "", 1).isdigit() else 1e9,
        )

    def _count(self, iri: str) -> str:
        least = next((term.value for term in self._values(iri, "minCount")), "0")
        most = next((term.value for term in self._values(iri, "maxCount")), "")
        if least == most:
            return f"exactly {least}"
        if not most:
            return "any number" if least == "0" else f"{least} or more"
        return f"at most {most}" if least == "0" else f"{least} to {most}"

    def _values(self, iri: str, key: str) -> list[Term]:
        return self._facts.get(iri, {}).get(SH + key, [])

    def _unrolled(self, iri: str, key: str) -> list[Term]:
        """The values of a constraint, with lists written out."""
        found: list[Term] = []
        for term in self._values(iri, key):
            rest, seen = term, set[str]()
            if RDF + "first" not in self._facts.get(term.value, {}):
                found.append(term)
                continue
            while rest.value not in seen and RDF + "first" in self._facts.get(rest.value, {}):
                seen.add(rest.value)
                found += self._facts[rest.value][RDF + "first"]
                rest = next(iter(self._facts[rest.value].get(RDF + "rest", ())), term)
        return found

    def _expectation(self, term: Term) -> Expectation:
        if term.kind == "iri":
            return Expectation(self._label(term.value), self._addresses.href(term.value))
        return Expectation(text_of(term))

    def _description(self, iri: str) -> Text | None:
        message = best_of(self._values(iri, "description"))
        return text_of(message) if message else None

    def _label(self, iri: str) -> Text:
        name = self._names.get(iri)
        return name.label if name and name.has_label else Text(in_words(iri))

    def _anchor(self, iri: str) -> str:
        return iri.removeprefix(self._document + "#")
