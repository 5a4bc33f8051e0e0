"""What the page of a thing shows, in the form in which templates take it."""

from __future__ import annotations

from dataclasses import dataclass

from travaux_server.pages.names import Name
from travaux_server.pages.texts import Text


@dataclass(frozen=True)
class Link:
    """A link to a thing, or its mere name if `href` is empty; `kind` is its class in words, if that helps."""

    name: Name
    href: str
    is_external: bool = False
    kind: Text | None = None


@dataclass(frozen=True)
class Value:
    """A value of a property: a link or a text, and the names of the graphs that state it."""

    graphs: tuple[str, ...]
    link: Link | None = None
    text: Text | None = None


@dataclass(frozen=True)
class Row:
    """A property with its values; `graphs` are those of all values where they agree, else empty."""

    label: Text
    href: str
    values: tuple[Value, ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Rows that belong together, under a heading unless `label` is None."""

    label: Text | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class IncomingList:
    """What leads to the thing: by which property, things of which class, how many, and the first of them.

    `is_inverse` says that `label` already names the relation from this thing's side. `query` asks for all.
    """

    label: Text
    kind: Text | None
    count: int
    is_inverse: bool
    links: tuple[Link, ...]
    query: str


@dataclass(frozen=True)
class Part:
    """A node whose IRI is the page's with a fragment, the `anchor`: it is described on that page."""

    anchor: str
    name: Name
    kinds: tuple[Link, ...]
    lead: Text | None
    section: Section


@dataclass(frozen=True)
class Quotation:
    """The very words of a passage, and a link to it, None on its own page."""

    words: Text
    passage: Link | None


@dataclass(frozen=True)
class ResourcePage:
    """All that the page of a thing shows."""

    iri: str
    name: Name
    kinds: tuple[Link, ...]
    lead: Text | None
    quotations: tuple[Quotation, ...]
    other_labels: tuple[Text, ...]
    sections: tuple[Section, ...]
    incoming: tuple[IncomingList, ...]
    inferred: Section
    parts: tuple[Part, ...]
    graphs: tuple[str, ...]
