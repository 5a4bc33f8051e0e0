"""A book: statements of one graph, written with compact IRIs."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, Quad

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
}
Value = str | NamedNode | Literal


class Book:
    """Statements of one graph, in the order in which they were made."""

    def __init__(self, graph: str) -> None:
        self.quads: list[Quad] = []
        self._graph = NamedNode(graph)

    def state(self, subject: str, predicate: str, *values: Value) -> None:
        """State the values: texts are compact IRIs (`dcat:Dataset`), everything else is a term."""
        for value in values:
            term = _compact(value) if isinstance(value, str) else value
            self.quads.append(Quad(NamedNode(subject), _compact(predicate), term, self._graph))

    def link(self, subject: str, predicate: str, *iris: str) -> None:
        """State IRIs written out."""
        self.state(subject, predicate, *map(NamedNode, iris))

    def say(self, subject: str, predicate: str, texts: Mapping[str, str]) -> None:
        """State texts by language."""
        self.state(subject, predicate, *(Literal(text, language=tag) for tag, text in sorted(texts.items())))

    def know(self, iri: str, type_: str, label: Mapping[str, str] | str) -> None:
        """State what a thing that others define is, and how it is called (in English, if by one text)."""
        self.state(iri, "rdf:type", type_)
        self.say(iri, "rdfs:label", {"en": label} if isinstance(label, str) else label)

    def name(self, subject: str, text: str) -> None:
        """State an English label."""
        self.say(subject, "rdfs:label", {"en": text})


def typed(value: object, datatype: str) -> Literal:
    """A literal with a datatype of XML Schema."""
    return Literal(str(value), datatype=NamedNode(PREFIXES["xsd"] + datatype))


def _compact(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
