"""Facts: what is stated of each subject, found by subject and property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
Value = NamedNode | Literal
Facts = Mapping[str, Mapping[str, list[Value]]]


def facts_of(quads: Iterable[Quad]) -> Facts:
    """The distinct values of each property of each subject, sorted; of quads without blank nodes."""
    found: dict[str, dict[str, set[Value]]] = {}
    for quad in quads:
        assert isinstance(quad.subject, NamedNode)  # refuse_unwritable has seen to it
        assert isinstance(quad.object, NamedNode | Literal)
        found.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, set()).add(quad.object)
    return {
        subject: {predicate: sorted(values, key=_key) for predicate, values in facts.items()}
        for subject, facts in found.items()
    }


def label_of(facts: Facts, iri: str, language: str) -> str:
    """The first label in that language; empty if there is none."""
    for value in facts.get(iri, {}).get(RDFS_LABEL, []):
        if isinstance(value, Literal) and value.language == language:
            return value.value
    return ""


def _key(value: Value) -> tuple[str, str]:
    return value.value, str(value)
