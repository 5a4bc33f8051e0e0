"""The own terms that the ontology declares, with what it says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from travaux_build.content import Content
from travaux_build.reading.turtle import read_ontology

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SCHEMA = "https://schema.org/"
DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
CLASS_TYPES = {OWL + "Class", RDFS + "Class"}
PROPERTY_TYPES = {
    *(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property",
}
Sets = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Vocabulary:
    """Own classes and properties, by IRI with their definitions, and how they hang together.

    `above` leads from a class to those directly above it, others' included; `domains` and `ranges` from a
    property to the classes of its subjects and objects. `implied` properties follow from others.
    """

    classes: Mapping[str, str]
    properties: Mapping[str, str]
    above: Sets
    domains: Sets
    ranges: Sets
    implied: frozenset[str]

    def with_superclasses(self, iri: str) -> list[str]:
        """A class and every class above it, nearest first."""
        found = [iri]
        for one in found:
            found += sorted(self.above.get(one, frozenset()) - set(found))
        return found


def read_vocabulary(content: Content) -> Vocabulary:
    """The own terms of `ontology/*.ttl`; raises `Refused` if these cannot be read."""
    quads, terms = read_ontology(content), content.iris.terms
    links: dict[str, list[tuple[str, str]]] = {}
    definitions: dict[str, str] = {}
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            links.setdefault(predicate, []).append((subject.value, value.value))
        elif isinstance(subject, NamedNode) and isinstance(value, Literal) and predicate == DEFINITION:
            known = definitions.get(subject.value)
            definitions[subject.value] = value.value if value.language == "en" or not known else known
    types = [(term, kind) for term, kind in links.get(RDF_TYPE, []) if term.startswith(terms)]
    inverses = links.get(OWL + "inverseOf", [])
    return Vocabulary(
        classes={term: definitions.get(term, "") for term, kind in sorted(types) if kind in CLASS_TYPES},
        properties={
            term: definitions.get(term, "") for term, kind in sorted(types) if kind in PROPERTY_TYPES
        },
        above=_sets(links.get(RDFS + "subClassOf", [])),
        domains=_sets([*links.get(RDFS + "domain", []), *links.get(SCHEMA + "domainIncludes", [])]),
        ranges=_sets([*links.get(RDFS + "range", []), *links.get(SCHEMA + "rangeIncludes", [])]),
        implied=frozenset(
            [above for _, above in links.get(RDFS + "subPropertyOf", [])]
            + [term for pair in inverses for term in pair]
        ),
    )


def _sets(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
