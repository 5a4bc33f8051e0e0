"""The catalogue: the data set, its versions and parts, and the services that answer from it."""

from __future__ import annotations

from pyoxigraph import Literal

from travaux_build.description.book import Book
from travaux_build.description.dataset import PUBLIC, describe_terms_of_use
from travaux_build.description.edition import Edition

SPARQL_PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"


def describe_catalogue(book: Book, edition: Edition) -> None:
    """State the catalogue with the data set, the release, and the SPARQL endpoint."""
    card, iris = edition.card, edition.iris
    catalogue = iris.catalogue
    book.know(catalogue, "dcat:Catalog", f"Catalogue of {card.title['en']}")
    book.say(catalogue, "dcterms:title", {"en": f"Catalogue of {card.title['en']}"})
    words = "The data set, its versions, its parts, the files in which they come, and what answers from it."
    book.say(catalogue, "dcterms:description", {"en": words})
    book.link(catalogue, "foaf:homepage", iris.base)
    describe_terms_of_use(book, edition, catalogue)
    book.link(catalogue, "foaf:primaryTopic", iris.dataset)
    book.link(catalogue, "void:inDataset", iris.dataset)
    book.link(catalogue, "dcat:dataset", iris.dataset, edition.release)
    book.link(catalogue, "dcat:service", iris.sparql)
    _describe_endpoint(book, edition)


def _describe_endpoint(book: Book, edition: Edition) -> None:
    """State the SPARQL endpoint; asked without a query, it describes itself."""
    endpoint, dataset = edition.iris.sparql, edition.iris.dataset
    book.link(dataset, "void:sparqlEndpoint", endpoint)
    book.know(endpoint, "dcat:DataService", "SPARQL endpoint")
    title = f"SPARQL endpoint of {edition.card.title['en']}"
    book.say(endpoint, "dcterms:title", {"en": title})
    words = "Answers queries over the whole data set and over each of its named graphs."
    book.say(endpoint, "dcterms:description", {"en": words})
    book.state(endpoint, "dcat:keyword", Literal("SPARQL", language="en"))
    book.link(endpoint, "dcat:endpointURL", endpoint)
    book.link(endpoint, "dcat:endpointDescription", endpoint)
    book.link(endpoint, "dcat:servesDataset", dataset)
    book.link(endpoint, "dcat:theme", *edition.card.themes)
    book.link(endpoint, "dcterms:conformsTo", SPARQL_PROTOCOL)
    book.link(endpoint, "dcterms:publisher", edition.publisher)
    book.link(endpoint, "dcterms:license", edition.card.licence)
    book.link(endpoint, "dcterms:accessRights", PUBLIC)
    if edition.card.contact:
        book.link(endpoint, "dcat:contactPoint", edition.contact)
    book.know(SPARQL_PROTOCOL, "dcterms:Standard", "SPARQL 1.1 Protocol")
