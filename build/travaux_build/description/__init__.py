"""The data set described in its own terms: DCAT and VoID for what it is, PROV for how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import Quad

from travaux_build.description.book import PREFIXES, Book
from travaux_build.description.dataset import describe_dataset
from travaux_build.description.distributions import Download, describe_downloads
from travaux_build.description.edition import Edition
from travaux_build.description.graphs import describe_graphs, graph_label
from travaux_build.description.making import Making, describe_making

__all__ = ["PREFIXES", "Download", "Edition", "Making", "describe", "graph_label"]


def describe(
    edition: Edition, making: Making, downloads: Sequence[Download], counts: Mapping[str, int], union: int
) -> list[Quad]:
    """The quads of graph/description. Their number depends on all arguments but the figures.

    `counts` are the triples of each graph by its name, `union` those of all together. Sizes and digests of
    the dumps cannot stand here, since the dumps hold this; they are in the manifest.
    """
    book = Book(edition.iris.graph("description"))
    describe_dataset(book, edition, union)
    describe_graphs(book, edition, counts)
    describe_downloads(book, edition, downloads)
    describe_making(book, edition, making)
    return book.quads
