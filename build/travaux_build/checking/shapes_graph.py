"""The shapes as a graph to look things up in: values, lists, and which nodes a shape is about."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Store

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


class ShapesGraph:
    """The triples of the shapes by subject and predicate, terms as their texts."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._values: dict[str, dict[str, list[str]]] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                about = self._values.setdefault(subject.value, {})
                about.setdefault(quad.predicate.value, []).append(value.value)

    def subjects(self, kind: str) -> list[str]:
        """The nodes of the class with that IRI, in order."""
        return sorted(one for one, about in self._values.items() if kind in about.get(RDF + "type", ()))

    def predicates(self, subject: str) -> dict[str, list[str]]:
        """All that is said of a node: the texts of the objects by predicate; empty if nothing is."""
        return self._values.get(subject, {})

    def values(self, subject: str, predicate: str) -> list[str]:
        return self._values.get(subject, {}).get(predicate, [])

    def first(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Subject and object of every statement with that predicate."""
        return [(one, value) for one, about in self._values.items() for value in about.get(predicate, ())]

    def members(self, head: str) -> list[str]:
        """The members of an RDF list; a list that turns back on itself ends there."""
        found: list[str] = []
        seen: set[str] = set()
        while head and head != RDF + "nil" and head not in seen:
            seen.add(head)
            found += self.values(head, RDF + "first")
            head = self.first(head, RDF + "rest")
        return found

    def is_list(self, head: str) -> bool:
        """Whether an RDF list starts here that comes to an end (SHACL, section 1.3)."""
        seen: set[str] = set()
        while head != RDF + "nil":
            rest = self.values(head, RDF + "rest")
            if head in seen or len(rest) != 1 or len(self.values(head, RDF + "first")) != 1:
                return False
            seen.add(head)
            head = rest[0]
        return True

    def has_target(self, shape: str) -> bool:
        """Whether a shape says itself which nodes it is about (SHACL, section 2.1.3)."""
        about = self.predicates(shape)
        return self._is_class(shape) or any(SH + name in about for name in TARGETS)

    def focus_nodes(self, shape: str, store: Store) -> list[NamedNode]:
        """The nodes in the default graph of the store that a shape targets, in order."""
        classes = [*self.values(shape, SH + "targetClass"), *([shape] if self._is_class(shape) else [])]
        patterns = [(None, NamedNode(RDF + "type"), NamedNode(one)) for one in classes]
        subjects = [(None, NamedNode(one), None) for one in self.values(shape, SH + "targetSubjectsOf")]
        found: list[object] = []
        for pattern in [*patterns, *subjects]:
            found += [quad.subject for quad in store.quads_for_pattern(*pattern)]
        for one in self.values(shape, SH + "targetObjectsOf"):
            found += [quad.object for quad in store.quads_for_pattern(None, NamedNode(one), None)]
        named = {node for node in found if isinstance(node, NamedNode)}
        named |= {NamedNode(one) for one in self.values(shape, SH + "targetNode")}
        return sorted(named, key=str)

    def _is_class(self, shape: str) -> bool:
        """Whether a shape is a class as well, and so about its instances (section 2.1.3.3)."""
        return RDFS + "Class" in self.values(shape, RDF + "type")
