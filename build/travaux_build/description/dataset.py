"""What the data set is, by whom, and what it is about: DCAT."""

from __future__ import annotations

from pyoxigraph import Literal

from travaux_build.description.book import Book, typed
from travaux_build.description.edition import Edition

PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"

DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
"""The themes that European portals sort data sets by."""


def describe_dataset(book: Book, edition: Edition) -> None:
    """State what the card says of the data set, and what anybody and anything it names is."""
    card, iris = edition.card, edition.iris
    dataset = iris.dataset
    book.state(dataset, "rdf:type", "dcat:Dataset", "void:Dataset", "sd:Dataset")
    book.say(dataset, "rdfs:label", card.title)
    book.say(dataset, "dcterms:title", card.title)
    book.say(dataset, "dcterms:description", card.description)
    book.state(dataset, "dcterms:identifier", Literal(dataset))
    book.state(dataset, "dcat:version", Literal(edition.version))
    book.link(dataset, "dcat:hasVersion", edition.release)
    book.link(dataset, "dcat:hasCurrentVersion", edition.release)
    book.link(dataset, "dcat:landingPage", iris.base)
    book.link(dataset, "dcterms:conformsTo", iris.ontology)
    book.link(dataset, "rdfs:seeAlso", iris.catalogue)
    book.state(dataset, "dcat:keyword", *(Literal(word, language="en") for word in card.keywords))
    describe_terms_of_use(book, edition, dataset)
    _describe_subject(book, edition)
    _describe_people(book, edition)
    book.know(iris.base, "foaf:Document", card.title["en"])
    book.state(iris.ontology, "rdf:type", "dcterms:Standard")


def describe_terms_of_use(book: Book, edition: Edition, resource: str) -> None:
    """State of the data set or a version of it who made it, when, and on which terms it may be used."""
    card = edition.card
    book.state(resource, "dcterms:issued", typed(edition.month, "gYearMonth"))
    book.link(resource, "dcterms:creator", edition.publisher)
    book.link(resource, "dcterms:publisher", edition.publisher)
    book.link(resource, "dcterms:license", card.licence)
    book.link(resource, "dcterms:accessRights", PUBLIC)
    book.link(resource, "dcterms:language", *card.languages.values())
    if card.contact:
        book.link(resource, "dcat:contactPoint", edition.contact)
    book.know(card.licence, "dcterms:LicenseDocument", "Licence of the data")
    book.know(PUBLIC, "dcterms:RightsStatement", "Public: open to all")
    for tag, language in card.languages.items():
        book.know(language, "dcterms:LinguisticSystem", f"Language: {tag}")


def _describe_subject(book: Book, edition: Edition) -> None:
    card, dataset = edition.card, edition.iris.dataset
    book.link(dataset, "dcat:theme", *card.themes)
    for theme, label in card.themes.items():
        book.know(theme, "skos:Concept", label)
        book.say(theme, "skos:prefLabel", label)
        if theme.startswith(f"{DATA_THEMES}/"):
            book.link(theme, "skos:inScheme", DATA_THEMES)
            book.link(edition.iris.catalogue, "dcat:themeTaxonomy", DATA_THEMES)
            book.know(DATA_THEMES, "skos:ConceptScheme", "Data themes")
            book.say(DATA_THEMES, "dcterms:title", {"en": "Data themes"})
    book.link(dataset, "dcterms:spatial", *card.places)
    for place, label in card.places.items():
        book.know(place, "dcterms:Location", label)
    if card.period:
        period, (start, end) = f"{dataset}#period", card.period
        book.link(dataset, "dcterms:temporal", period)
        book.know(period, "dcterms:PeriodOfTime", f"{start} to {end}")
        book.state(period, "dcat:startDate", typed(start, "date"))
        book.state(period, "dcat:endDate", typed(end, "date"))


def _describe_people(book: Book, edition: Edition) -> None:
    card, publisher = edition.card, edition.publisher
    book.know(publisher, "foaf:Agent", card.publisher)
    book.state(publisher, "rdf:type", "prov:Agent")
    book.say(publisher, "foaf:name", {"en": card.publisher})
    if card.contact:
        book.know(edition.contact, "vcard:Kind", card.contact.name)
        book.say(edition.contact, "vcard:fn", {"en": card.contact.name})
        book.link(edition.contact, "vcard:hasURL", edition.iris.base)
        if card.contact.email:
            book.link(edition.contact, "vcard:hasEmail", f"mailto:{card.contact.email}")
