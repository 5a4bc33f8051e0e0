"""What the data set is, by whom, and where to find it: DCAT and the head of VoID."""

from __future__ import annotations

from pyoxigraph import Literal

from travaux_build.description.book import Book, typed
from travaux_build.description.edition import Edition


def describe_dataset(book: Book, edition: Edition, triples: int) -> None:
    """State what the card says of the data set, its place on the web and its number of triples."""
    card, iris = edition.card, edition.iris
    dataset = iris.dataset
    book.state(dataset, "rdf:type", "dcat:Dataset", "void:Dataset", "sd:Dataset")
    book.say(dataset, "rdfs:label", card.title)
    book.say(dataset, "dcterms:title", card.title)
    book.say(dataset, "dcterms:description", card.description)
    book.state(dataset, "dcterms:identifier", Literal(dataset))
    book.link(dataset, "dcterms:license", card.licence)
    book.link(dataset, "dcterms:publisher", edition.publisher)
    book.state(dataset, "dcterms:issued", typed(edition.month, "gYearMonth"))
    book.state(dataset, "dcat:version", Literal(edition.version))
    book.link(dataset, "dcat:hasCurrentVersion", edition.release)
    book.state(dataset, "dcat:keyword", *(Literal(word, language="en") for word in card.keywords))
    book.link(dataset, "dcat:landingPage", iris.base)
    book.state(dataset, "void:uriSpace", Literal(iris.things))
    book.link(dataset, "void:vocabulary", iris.ontology)
    book.link(dataset, "void:sparqlEndpoint", iris.sparql)
    book.state(dataset, "void:triples", typed(triples, "integer"))
    book.state(edition.publisher, "rdf:type", "foaf:Agent", "prov:Agent")
    book.name(edition.publisher, card.publisher)
    book.say(edition.publisher, "foaf:name", {"en": card.publisher})
    book.name(iris.base, card.title["en"])
    book.name(iris.sparql, "SPARQL endpoint")
    book.name(card.licence, "Licence of the data")
