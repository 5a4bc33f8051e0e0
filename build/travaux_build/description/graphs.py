"""The named graphs: parts of the data set that can be asked and taken alone."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal

from travaux_build.card import Card
from travaux_build.description.book import Book, typed
from travaux_build.description.edition import Edition
from travaux_build.wording import GRAPH as WORDING

LABELS = {
    "ontology": "Ontology: the terms",
    "shapes": "Shapes: what must hold of the data",
    "inferred": "Inferred: what follows by rule",
    "description": "Description: the data set about itself",
    WORDING: "Wording: what the source itself says in its passages",
}
"""English labels of the graphs that the build makes; those of data folders stand on the data set's card."""
RIGHTS = "The words are those of the source, to be used under its terms; our licence does not cover them."


def graph_label(name: str, card: Card) -> str:
    """The English label of a graph."""
    return card.graphs.get(name, {}).get("en") or LABELS.get(name) or name.replace("-", " ").capitalize()


def describe_graphs(book: Book, edition: Edition, counts: Mapping[str, int]) -> None:
    """State each graph, by its name in `counts`, with its number of triples."""
    card, dataset = edition.card, edition.iris.dataset
    for name, triples in sorted(counts.items()):
        graph = edition.iris.graph(name)
        book.link(dataset, "void:subset", graph)
        book.link(dataset, "sd:namedGraph", graph)
        book.state(graph, "rdf:type", "sd:NamedGraph", "sd:Graph", "void:Dataset")
        book.link(graph, "sd:name", graph)
        book.link(graph, "sd:graph", graph)
        book.say(graph, "rdfs:label", {**card.graphs.get(name, {}), "en": graph_label(name, card)})
        if name == WORDING:
            book.state(graph, "dcterms:rights", Literal(RIGHTS, language="en"))
        else:
            book.link(graph, "dcterms:license", card.licence)
        book.state(graph, "void:triples", typed(triples, "integer"))
