"""The tables: what the data set says of things, class by class, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from travaux_build.description.book import Book
from travaux_build.description.dataset import describe_terms_of_use
from travaux_build.description.distributions import Download, describe_downloads
from travaux_build.description.edition import Edition


def describe_tables(book: Book, edition: Edition, downloads: Sequence[Download]) -> None:
    """State the tables among the downloads as a part of the data set."""
    tables, catalogue = f"{edition.iris.catalogue}#tables", edition.iris.catalogue
    title = f"{edition.card.title['en']}, as tables"
    words = "A table for each class of things: a row for each thing, a column for each property."
    book.know(tables, "dcat:Dataset", title)
    book.say(tables, "dcterms:title", {"en": title})
    book.say(tables, "dcterms:description", {"en": words})
    book.link(tables, "dcterms:isPartOf", edition.iris.dataset)
    book.link(catalogue, "dcat:dataset", tables)
    describe_terms_of_use(book, edition, tables)
    own = [download for download in downloads if download.name.startswith("tables/")]
    describe_downloads(book, edition, tables, own)
