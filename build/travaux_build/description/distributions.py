"""The files in which the data set can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from travaux_build.description.book import Book
from travaux_build.description.edition import Edition
from travaux_build.description.graphs import RIGHTS
from travaux_build.wording import GRAPH as WORDING

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Download:
    """A file that readers may download: its name in the release and its media type."""

    name: str
    media_type: str


def describe_downloads(book: Book, edition: Edition, downloads: Sequence[Download]) -> None:
    """State each file as a distribution of the data set, and those that hold it whole as dumps."""
    dataset = edition.iris.dataset
    for download in downloads:
        file = edition.iris.file(edition.version, download.name)
        book.link(dataset, "dcat:distribution", file)
        if "/graphs/" not in download.name:
            book.link(dataset, "void:dataDump", file)
        book.state(file, "rdf:type", "dcat:Distribution")
        book.name(file, download.name)
        book.say(file, "dcterms:title", {"en": download.name})
        if download.name.startswith(f"dumps/graphs/{WORDING}."):
            book.state(file, "dcterms:rights", Literal(RIGHTS, language="en"))
        else:
            book.link(file, "dcterms:license", edition.card.licence)
        book.link(file, "dcat:mediaType", MEDIA_TYPES + download.media_type)
        book.link(file, "dcat:accessURL", file)
        book.link(file, "dcat:downloadURL", file)
    for media_type in sorted({download.media_type for download in downloads}):
        book.state(MEDIA_TYPES + media_type, "rdf:type", "dcterms:MediaType")
        book.name(MEDIA_TYPES + media_type, media_type)
