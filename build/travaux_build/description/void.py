"""The data set in figures: VoID, with a partition for each class and each property."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal

from travaux_build.description.book import PREFIXES, Book, typed
from travaux_build.description.distributions import Download
from travaux_build.description.edition import Edition
from travaux_build.description.figures import Figures, PropertyFigures

FORMATS = {
    "application/ld+json": "JSON-LD",
    "application/n-quads": "N-Quads",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/trig": "TriG",
    "text/turtle": "Turtle",
}
"""The W3C's name of each format (http://www.w3.org/ns/formats/), by media type."""
NAMES_OF_FORMATS = "http://www.w3.org/ns/formats/"
STATISTICS = {
    PREFIXES["void"] + name
    for name in ("triples", "entities", "classes", "properties", "distinctSubjects", "distinctObjects")
}
"""Properties whose values are figures. How many different ones they have is not stated: a number of distinct
objects that is one of those objects itself need not exist."""
EXAMPLES = 12
SHORT = re.compile(r"\w[\w.-]*")


def describe_figures(
    book: Book,
    edition: Edition,
    graphs: Mapping[str, Figures],
    union: Figures,
    whole: Sequence[Download],
) -> None:
    """State the figures of each graph and of all together, and which files hold the data set whole."""
    iris = edition.iris
    dataset = iris.dataset
    book.state(dataset, "void:uriSpace", Literal(iris.things))
    _state_totals(book, dataset, union)
    for name, figures in graphs.items():
        _state_totals(book, iris.graph(name), figures)
        if not STATISTICS & figures.properties.keys():
            objects = typed(figures.all.objects, "integer")
            book.state(iris.graph(name), "void:distinctObjects", objects)
    for class_, instances in union.classes.items():
        part = _part(edition, "class", class_)
        book.link(dataset, "void:classPartition", part)
        book.name(part, f"All of class {short_name(edition, class_)}")
        book.link(part, "void:class", class_)
        book.state(part, "void:entities", typed(instances, "integer"))
    for property_, figures_ in union.properties.items():
        _describe_property(book, edition, property_, figures_)
    largest = sorted(union.examples, key=lambda class_: (-union.classes[class_], class_))
    own = [class_ for class_ in largest if class_.startswith(iris.terms)]
    book.link(dataset, "void:exampleResource", *(union.examples[class_] for class_ in own[:EXAMPLES]))
    _describe_vocabularies(book, edition, union)
    _describe_dumps(book, edition, whole)


def short_name(edition: Edition, iri: str) -> str:
    """The local name of a term of ours, `prefix:name` of another; its IRI if there is no prefix for it."""
    if iri.startswith(edition.iris.terms):
        return iri.removeprefix(edition.iris.terms)
    for prefix, namespace in sorted(edition.prefixes.items(), key=lambda pair: -len(pair[1])):
        if iri.startswith(namespace) and SHORT.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _part(edition: Edition, kind: str, iri: str) -> str:
    """The IRI of a partition of the data set by a term."""
    name = short_name(edition, iri)
    if not SHORT.fullmatch(name.partition(":")[2] or name):
        name = hashlib.sha256(iri.encode()).hexdigest()[:16]
    return f"{edition.iris.dataset}#{kind}-{name}"


def _state_totals(book: Book, dataset: str, figures: Figures) -> None:
    book.state(dataset, "void:triples", typed(figures.all.triples, "integer"))
    book.state(dataset, "void:entities", typed(figures.entities, "integer"))
    book.state(dataset, "void:classes", typed(len(figures.classes), "integer"))
    book.state(dataset, "void:properties", typed(len(figures.properties), "integer"))
    book.state(dataset, "void:distinctSubjects", typed(figures.all.subjects, "integer"))


def _describe_property(book: Book, edition: Edition, property_: str, figures: PropertyFigures) -> None:
    part = _part(edition, "property", property_)
    book.link(edition.iris.dataset, "void:propertyPartition", part)
    book.name(part, f"All with property {short_name(edition, property_)}")
    book.link(part, "void:property", property_)
    book.state(part, "void:triples", typed(figures.triples, "integer"))
    book.state(part, "void:distinctSubjects", typed(figures.subjects, "integer"))
    if property_ not in STATISTICS:
        book.state(part, "void:distinctObjects", typed(figures.objects, "integer"))


def _describe_vocabularies(book: Book, edition: Edition, union: Figures) -> None:
    """State our ontology and each namespace, of those with a prefix, of which terms are used."""
    dataset, terms = edition.iris.dataset, (*union.classes, *union.properties)
    book.link(dataset, "void:vocabulary", edition.iris.ontology)
    for prefix, namespace in edition.prefixes.items():
        is_own = namespace.startswith(edition.iris.base)
        if not is_own and any(term.startswith(namespace) for term in terms):
            book.link(dataset, "void:vocabulary", namespace)
            book.name(namespace, prefix)


def _describe_dumps(book: Book, edition: Edition, whole: Sequence[Download]) -> None:
    dataset = edition.iris.dataset
    for download in whole:
        book.link(dataset, "void:dataDump", edition.iris.file(edition.version, download.name))
        if download.media_type in FORMATS:
            feature = NAMES_OF_FORMATS + FORMATS[download.media_type]
            book.link(dataset, "void:feature", feature)
            book.name(feature, FORMATS[download.media_type])
