"""A document of ours: under which path it is known, what it is about, and which of its pages is meant."""

from __future__ import annotations

from dataclasses import dataclass

from travaux_build.iris import Iris
from travaux_server.http.negotiate import Variant
from travaux_server.resources.paging import other_pages, page_query

PAGE_SIZE = 500
"""Statements that lead to a thing which each page of the document about it holds."""


@dataclass(frozen=True)
class Pages:
    """The pages of a document: which of them is meant, and how many statements they share out.

    `number` counts from 1; `total` is the number of statements that lead to the thing.
    """

    number: int = 1
    total: int = 0

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def offset(self) -> int:
        """How many statements the pages before this one hold."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def end(self) -> int:
        """How many the pages up to this one hold."""
        return min(self.total, self.offset + PAGE_SIZE)

    def others(self) -> dict[str, int]:
        """The pages to go to from here by relation (`first`, `prev`, `next`, `last`); none if it is alone."""
        return other_pages(self.number, self.last)


@dataclass(frozen=True)
class Document:
    """A document: its path below the root, not encoded, and the IRI of what it is about."""

    path: str
    about: str
    pages: Pages = Pages()

    @property
    def query(self) -> str:
        """The query component that names the page, with its question mark; empty for the first page."""
        return page_query(self.pages.number) if self.pages.number > 1 else ""

    def iri(self, iris: Iris) -> str:
        """The IRI under which the document as a whole is known, wherever it is served."""
        return iris.base + self.path

    def canonical(self, iris: Iris) -> str:
        """The IRI under which this page of it is known."""
        return self.iri(iris) + self.query

    def variant_path(self, variant: Variant) -> str:
        return self.path + variant.suffix
