"""The own terms that the ontology declares: classes and properties with their labels and definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.content import Content
from travaux_build.turtle import read_ontology

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
CLASS_TYPES = {OWL + "Class", RDFS + "Class"}
PROPERTY_TYPES = {
    *(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property",
}


@dataclass(frozen=True)
class Vocabulary:
    """Own classes and properties by IRI, each with its definition; direct superclasses, others' included."""

    classes: Mapping[str, str]
    properties: Mapping[str, str]
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def with_superclasses(self, iri: str) -> list[str]:
        """A class and every class above it, nearest first."""
        found = [iri]
        for one in found:
            found += sorted(self.above.get(one, frozenset()) - set(found))
        return found


def read_vocabulary(content: Content) -> Vocabulary:
    """The own terms of `ontology/*.ttl`; raises `Refused` if these cannot be read."""
    return vocabulary_of(read_ontology(content), content.iris.terms)


def vocabulary_of(quads: list[Quad], terms: str) -> Vocabulary:
    """The terms below the namespace `terms` that the quads declare."""
    classes: dict[str, str] = {}
    properties: dict[str, str] = {}
    definitions: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode):
            continue
        if isinstance(value, Literal):
            if predicate == DEFINITION and value.language in ("en", None):
                definitions[subject.value] = value.value
        elif isinstance(value, NamedNode) and predicate == RDFS + "subClassOf":
            above.setdefault(subject.value, set()).add(value.value)
        elif isinstance(value, NamedNode) and predicate == RDF_TYPE and subject.value.startswith(terms):
            if value.value in CLASS_TYPES:
                classes[subject.value] = ""
            elif value.value in PROPERTY_TYPES:
                properties[subject.value] = ""
    return Vocabulary(
        {iri: definitions.get(iri, "") for iri in sorted(classes)},
        {iri: definitions.get(iri, "") for iri in sorted(properties)},
        {iri: frozenset(classes_above) for iri, classes_above in above.items()},
    )
