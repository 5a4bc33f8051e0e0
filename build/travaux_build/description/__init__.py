"""The data set described in its own terms: DCAT and VoID for what it is, PROV for how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Quad

from travaux_build.description.book import PREFIXES, Book
from travaux_build.description.catalogue import describe_catalogue
from travaux_build.description.dataset import describe_dataset
from travaux_build.description.distributions import Download, describe_downloads, downloads_of
from travaux_build.description.edition import Edition
from travaux_build.description.figures import Tally, figures_of
from travaux_build.description.graphs import describe_graphs, graph_label
from travaux_build.description.making import Making, Tool, describe_making
from travaux_build.description.tables import describe_tables
from travaux_build.description.version import describe_version
from travaux_build.description.void import describe_figures

__all__ = [
    "PREFIXES",
    "Download",
    "Edition",
    "Making",
    "Tool",
    "catalogue_of",
    "describe",
    "downloads_of",
    "graph_label",
]


def describe(
    edition: Edition,
    making: Making,
    downloads: Sequence[Download],
    graphs: Mapping[str, Sequence[Quad]],
    more: Sequence[Quad] = (),
) -> list[Quad]:
    """The quads of graph/description, sorted; its figures count itself too.

    `graphs` are the quads of all others by name, `downloads` the dumps. Their sizes and digests cannot stand
    here, since the dumps hold this; they stand in the catalogue. `more` are quads to stand there as well.
    """
    others = {name: quads for name, quads in graphs.items() if name != "description"}
    things = edition.iris.things
    figures = {
        name: figures_of(Tally(quad.triple for quad in quads), things) for name, quads in others.items()
    }
    union = Tally(quad.triple for quads in others.values() for quad in quads)
    found: list[Quad] = []
    last = None
    while found != last:  # its own figures change what it says twice at most, since only new terms add to it
        last = found
        triples = [quad.triple for quad in found]
        figures["description"] = figures_of(Tally(triples), things)
        book = Book(edition.iris.graph("description"))
        _describe_all(book, edition, making.previous, sorted(graphs), downloads)
        describe_making(book, edition, making)
        whole = _whole(downloads)
        describe_figures(book, edition, figures, figures_of(union, things, triples), whole)
        found = sorted({*book.quads, *more}, key=str)
    return found


def catalogue_of(
    edition: Edition, previous: str, graphs: Iterable[str], downloads: Sequence[Download]
) -> list[Quad]:
    """The quads of the catalogue: what DCAT says, of all downloads, with sizes and digests."""
    book = Book(edition.iris.catalogue)
    _describe_all(book, edition, previous, graphs, downloads)
    describe_tables(book, edition, downloads)
    return sorted(set(book.quads), key=str)


def _describe_all(
    book: Book, edition: Edition, previous: str, graphs: Iterable[str], downloads: Sequence[Download]
) -> None:
    whole = _whole(downloads)
    describe_catalogue(book, edition)
    describe_dataset(book, edition)
    describe_downloads(book, edition, edition.iris.dataset, whole)
    describe_version(book, edition, previous, whole)
    describe_graphs(book, edition, graphs, downloads)


def _whole(downloads: Iterable[Download]) -> list[Download]:
    return [download for download in downloads if download.is_whole]
