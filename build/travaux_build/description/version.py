"""The release as a version of the data set: DCAT."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal

from travaux_build.description.book import Book
from travaux_build.description.dataset import describe_terms_of_use
from travaux_build.description.distributions import Download, describe_downloads
from travaux_build.description.edition import Edition


def describe_version(book: Book, edition: Edition, previous: str, whole: Sequence[Download]) -> None:
    """State the release, the version before it (empty if there is none), and the files that hold it whole."""
    card, iris, release = edition.card, edition.iris, edition.release
    book.know(release, "dcat:Dataset", f"Release {edition.version}")
    book.say(release, "dcterms:title", {"en": f"{card.title['en']}, release {edition.version}"})
    book.say(release, "dcterms:description", card.description)
    book.state(release, "dcterms:identifier", Literal(release))
    book.state(release, "dcat:version", Literal(edition.version))
    book.link(release, "dcat:isVersionOf", iris.dataset)
    describe_terms_of_use(book, edition, release)
    describe_downloads(book, edition, release, whole)
    if previous:
        book.link(release, "dcat:previousVersion", iris.release(previous))
        book.name(iris.release(previous), f"Release {previous}")
