"""The data set described in its own terms: DCAT and VoID for what it is, PROV for how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.card import Card
from travaux_build.iris import Iris
from travaux_build.wording import GRAPH as WORDING

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LABELS = {
    "ontology": "Ontology: the terms",
    "shapes": "Shapes: what must hold of the data",
    "inferred": "Inferred: what follows by rule",
    "description": "Description: the data set about itself",
    WORDING: "Wording: what the source itself says in its passages",
}
"""English labels of the graphs that the build makes; those of data folders stand on the data set's card."""
RIGHTS = "The words are those of the source, to be used under its terms; our licence does not cover them."
Value = str | NamedNode | Literal


@dataclass(frozen=True)
class Download:
    """A file that readers may download: its name in the release and its media type."""

    name: str
    media_type: str


@dataclass(frozen=True)
class Making:
    """What a release was made from and by: input files with their SHA-256, program, previous version."""

    inputs: tuple[tuple[str, str], ...]
    program: str
    program_version: str
    previous: str


@dataclass(frozen=True)
class Counts:
    """Triples of each graph by its name, and of their union."""

    graphs: Mapping[str, int]
    union: int


def describe(
    card: Card, version: str, iris: Iris, making: Making, downloads: Sequence[Download], counts: Counts
) -> list[Quad]:
    """The quads of graph/description. Their number depends on all arguments but the figures in `counts`.

    Sizes and digests of the dumps cannot stand here, since the dumps hold this; they are in the manifest.
    """
    book = _Book(iris.graph("description"))
    _describe_dataset(book, card, version, iris, counts)
    _describe_graphs(book, card, iris, counts)
    _describe_downloads(book, card, version, iris, downloads)
    _describe_making(book, card, version, iris, making)
    return book.quads


def graph_label(name: str, card: Card) -> str:
    """The English label of a graph."""
    return card.graphs.get(name, {}).get("en") or LABELS.get(name) or name.replace("-", " ").capitalize()


class _Book:
    """Statements of one graph, written with compact IRIs."""

    def __init__(self, graph: str) -> None:
        self.quads: list[Quad] = []
        self._graph = NamedNode(graph)

    def state(self, subject: str, predicate: str, *values: Value) -> None:
        """State the values: texts are compact IRIs (`dcat:Dataset`), everything else is a term."""
        for value in values:
            term = _compact(value) if isinstance(value, str) else value
            self.quads.append(Quad(NamedNode(subject), _compact(predicate), term, self._graph))

    def name(self, subject: str, texts: Mapping[str, str]) -> None:
        self.state(subject, "rdfs:label", *_texts(texts))


def _describe_dataset(book: _Book, card: Card, version: str, iris: Iris, counts: Counts) -> None:
    dataset, publisher = iris.dataset, card.publisher_iri or f"{iris.dataset}#publisher"
    book.state(dataset, "rdf:type", "dcat:Dataset", "void:Dataset", "sd:Dataset")
    book.name(dataset, card.title)
    book.state(dataset, "dcterms:title", *_texts(card.title))
    book.state(dataset, "dcterms:description", *_texts(card.description))
    book.state(dataset, "dcterms:identifier", Literal(dataset))
    book.state(dataset, "dcterms:license", NamedNode(card.licence))
    book.state(dataset, "dcterms:publisher", NamedNode(publisher))
    book.state(dataset, "dcterms:issued", _typed(version.rpartition(".")[0].replace(".", "-"), "gYearMonth"))
    book.state(dataset, "dcat:version", Literal(version))
    book.state(dataset, "dcat:hasCurrentVersion", NamedNode(iris.release(version)))
    book.state(dataset, "dcat:keyword", *(Literal(word, language="en") for word in card.keywords))
    book.state(dataset, "dcat:landingPage", NamedNode(iris.base))
    book.state(dataset, "void:uriSpace", Literal(iris.things))
    book.state(dataset, "void:vocabulary", NamedNode(iris.ontology))
    book.state(dataset, "void:sparqlEndpoint", NamedNode(iris.sparql))
    book.state(dataset, "void:triples", _typed(str(counts.union), "integer"))
    book.state(publisher, "rdf:type", "foaf:Agent", "prov:Agent")
    book.name(publisher, {"en": card.publisher})
    book.state(publisher, "foaf:name", Literal(card.publisher, language="en"))
    for iri, label in ((iris.base, card.title["en"]), (iris.sparql, "SPARQL endpoint")):
        book.name(iri, {"en": label})
    book.name(card.licence, {"en": "Licence of the data"})


def _describe_graphs(book: _Book, card: Card, iris: Iris, counts: Counts) -> None:
    for name, triples in sorted(counts.graphs.items()):
        graph = iris.graph(name)
        book.state(iris.dataset, "void:subset", NamedNode(graph))
        book.state(iris.dataset, "sd:namedGraph", NamedNode(graph))
        book.state(graph, "rdf:type", "sd:NamedGraph", "sd:Graph", "void:Dataset")
        book.state(graph, "sd:name", NamedNode(graph))
        book.state(graph, "sd:graph", NamedNode(graph))
        book.name(graph, {**card.graphs.get(name, {}), "en": graph_label(name, card)})
        if name == WORDING:
            book.state(graph, "dcterms:rights", Literal(RIGHTS, language="en"))
        else:
            book.state(graph, "dcterms:license", NamedNode(card.licence))
        book.state(graph, "void:triples", _typed(str(triples), "integer"))


def _describe_downloads(
    book: _Book, card: Card, version: str, iris: Iris, downloads: Sequence[Download]
) -> None:
    for download in downloads:
        file = iris.file(version, download.name)
        media_type = MEDIA_TYPES + download.media_type
        book.state(iris.dataset, "dcat:distribution", NamedNode(file))
        if "/graphs/" not in download.name:
            book.state(iris.dataset, "void:dataDump", NamedNode(file))
        book.state(file, "rdf:type", "dcat:Distribution")
        book.name(file, {"en": download.name})
        book.state(file, "dcterms:title", Literal(download.name, language="en"))
        if download.name.startswith(f"dumps/graphs/{WORDING}."):
            book.state(file, "dcterms:rights", Literal(RIGHTS, language="en"))
        else:
            book.state(file, "dcterms:license", NamedNode(card.licence))
        book.state(file, "dcat:mediaType", NamedNode(media_type))
        book.state(file, "dcat:accessURL", NamedNode(file))
        book.state(file, "dcat:downloadURL", NamedNode(file))
    for media_type in sorted({download.media_type for download in downloads}):
        book.state(MEDIA_TYPES + media_type, "rdf:type", "dcterms:MediaType")
        book.name(MEDIA_TYPES + media_type, {"en": media_type})


def _describe_making(book: _Book, card: Card, version: str, iris: Iris, making: Making) -> None:
    release = iris.release(version)
    build, program = f"{release}#build", f"{release}#program"
    book.state(release, "rdf:type", "prov:Entity", "dcat:Dataset")
    book.name(release, {"en": f"Release {version}"})
    book.state(release, "dcterms:title", Literal(f"{card.title['en']}, release {version}", language="en"))
    book.state(release, "dcat:version", Literal(version))
    book.state(release, "dcat:isVersionOf", NamedNode(iris.dataset))
    book.state(release, "dcterms:license", NamedNode(card.licence))
    book.state(release, "prov:wasGeneratedBy", NamedNode(build))
    if making.previous:
        book.state(release, "dcat:previousVersion", NamedNode(iris.release(making.previous)))
        book.state(release, "prov:wasRevisionOf", NamedNode(iris.release(making.previous)))
        book.name(iris.release(making.previous), {"en": f"Release {making.previous}"})
    book.state(build, "rdf:type", "prov:Activity")
    book.name(build, {"en": f"Build of release {version}"})
    book.state(build, "prov:wasAssociatedWith", NamedNode(program))
    book.state(program, "rdf:type", "prov:SoftwareAgent", "schema:SoftwareApplication")
    book.name(program, {"en": f"{making.program} {making.program_version}"})
    book.state(program, "schema:softwareVersion", Literal(making.program_version))
    for name, digest in making.inputs:
        source = f"{release}#{name}"
        book.state(build, "prov:used", NamedNode(source))
        book.state(source, "rdf:type", "prov:Entity", "schema:MediaObject")
        book.name(source, {"en": name})
        book.state(source, "schema:sha256", Literal(digest))


def _compact(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _texts(texts: Mapping[str, str]) -> list[Literal]:
    return [Literal(text, language=language) for language, text in sorted(texts.items())]


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(PREFIXES["xsd"] + datatype))
