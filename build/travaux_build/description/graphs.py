"""The named graphs: parts of the data set that can be asked and taken alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from travaux_build.card import Card
from travaux_build.description.book import Book
from travaux_build.description.distributions import Download, describe_downloads, describe_rights
from travaux_build.description.edition import Edition
from travaux_build.sources.wording import GRAPH as WORDING

LABELS = {
    "ontology": "Ontology: the terms",
    "shapes": "Shapes: what must hold of the data",
    "inferred": "Inferred: what follows by rule",
    "description": "Description: the data set about itself",
    WORDING: "Wording: what the source itself says in its passages",
}
"""English labels of the graphs that the build makes; those of data folders stand on the data set's card."""


def graph_label(name: str, card: Card) -> str:
    """The English label of a graph."""
    return card.graphs.get(name, {}).get("en") or LABELS.get(name) or name.replace("-", " ").capitalize()


def describe_graphs(
    book: Book, edition: Edition, names: Iterable[str], downloads: Sequence[Download]
) -> None:
    """State each graph as a part of the data set, with those of the downloads that hold it alone."""
    card, iris = edition.card, edition.iris
    for name in names:
        graph = iris.graph(name)
        labels = {**card.graphs.get(name, {}), "en": graph_label(name, card)}
        book.link(iris.dataset, "void:subset", graph)
        book.link(iris.dataset, "sd:namedGraph", graph)
        book.link(iris.catalogue, "dcat:dataset", graph)
        book.state(graph, "rdf:type", "sd:NamedGraph", "sd:Graph", "void:Dataset", "dcat:Dataset")
        book.link(graph, "sd:name", graph)
        book.link(graph, "sd:graph", graph)
        book.say(graph, "rdfs:label", labels)
        book.say(graph, "dcterms:title", labels)
        book.say(graph, "dcterms:description", {"en": f"A part of the data set. {labels['en']}."})
        book.link(graph, "dcterms:isPartOf", iris.dataset)
        book.link(graph, "dcterms:publisher", edition.publisher)
        describe_rights(book, edition, graph, name)
        own = [download for download in downloads if download.graph == name]
        describe_downloads(book, edition, graph, own)
