"""What a document says of itself to clients that read none of its formats: typed links (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from travaux_build.release import METADATA
from travaux_server.http.negotiate import HTML, Variant
from travaux_server.resources.addresses import Addresses, ascii_iri
from travaux_server.resources.document import Document
from travaux_server.resources.outline import Outline, makers_of
from travaux_server.resources.paging import page_query
from travaux_server.resources.standard_terms import SCHEMA
from travaux_server.service import Service

HEADER_BYTES = 2_400
"""Length of a Link header at which links that the linkset has as well are left out: proxies take 4 kB."""
MEMENTO_BYTES = 1_500
"""The same of documents at a release, to which the links to their past and future are added."""
MOST_TYPES = 8
"""Types named in a Link header at most."""
SPARED = ("type", "item")
"""Relations that a header can do without, as the linkset has them."""
LINKSETS = (
    Variant("json", "application/linkset+json", "linkset as JSON", also=("application/json",)),
    Variant("txt", "application/linkset", "linkset"),
)
"""The formats of a linkset (RFC 9264)."""


@dataclass(frozen=True)
class Link:
    """A link from a document: its relation, the address it leads to (ASCII), and what type is there."""

    relation: str
    href: str
    media_type: str = ""


@dataclass(frozen=True)
class Linked:
    """What links are made of: a document, its outline, the formats it has, and where it is served."""

    service: Service
    document: Document
    outline: Outline
    variants: Sequence[Variant]
    here: Addresses

    def links(self, variant: Variant | None) -> list[Link]:
        """The links of the document in a variant or, with None, of the thing that it is about."""
        about, document, iris = ascii_iri(self.document.about), self.document, self.service.release.iris
        canonical = ascii_iri(document.canonical(iris))
        found = []
        if variant is not None:
            found.append(Link("canonical", canonical))
            found.append(Link("cite-as", about))
            if about != canonical:
                found.append(Link("describes", about))
            found += self._formats(variant)
            found += self._pages(variant)
        else:
            found.append(Link("describedby", self.here.path(document.path)))
        found.append(Link("license", ascii_iri(self.service.release.manifest.licence)))
        if document.about != iris.dataset:
            found.append(Link("collection", self.here.path("dataset")))
        else:
            found += records(self.service, self.here)
        found += [Link("author", self._address(maker)) for maker in makers_of(self.service)]
        path = f"linkset/{document.path}"
        found += [Link("linkset", self.here.path(path + one.suffix), one.media_type) for one in LINKSETS]
        return found + self._classes(variant) + self._members()

    def absolute(self, href: str) -> str:
        """An address of ours with scheme and host, as readers reach it; any other as it is."""
        return self.service.settings.url + href.removeprefix(self.here.root) if href[:1] == "/" else href

    def address(self, variant: Variant, number: int | None = None) -> str:
        """Where a page of the document, this one if no number is given, is in a variant."""
        query = self.document.query if number is None else page_query(number)
        return self.here.path(self.document.variant_path(variant)) + query

    def _formats(self, variant: Variant) -> Iterator[Link]:
        for other in self.variants:
            if other.name != variant.name:
                relation = "describes" if other.name == HTML.name else "describedby"
                yield Link("alternate", self.address(other), other.media_type)
                yield Link(relation, self.address(other), other.media_type)

    def _pages(self, variant: Variant) -> Iterator[Link]:
        for relation, number in self.document.pages.others().items():
            yield Link(relation, self.address(variant, number), variant.media_type)

    def _classes(self, variant: Variant | None) -> list[Link]:
        page = [SCHEMA + "AboutPage"] if variant is not None and variant.name == HTML.name else []
        return [Link("type", ascii_iri(iri)) for iri in (*page, *self.outline.types)]

    def _members(self) -> list[Link]:
        lists = (("collection", self.outline.collections), ("item", self.outline.items))
        return [
            Link(relation, self._address(iri), self._media_type(iri))
            for relation, iris in lists
            for iri in iris
        ]

    def _media_type(self, iri: str) -> str:
        """The media type of a file of the release; empty for anything else."""
        manifest = self.service.release.manifest
        folder = self.service.release.iris.file(manifest.version, "")
        if not iri.startswith(folder):
            return ""
        return next((file.media_type for file in manifest.files if folder + file.name == iri), "")

    def _address(self, iri: str) -> str:
        return self.here.href(iri) or ascii_iri(iri)


def records(service: Service, here: Addresses) -> list[Link]:
    """Links from the data set to what describes it elsewhere: the catalogue and the release's metadata."""
    manifest = service.release.manifest
    return [Link("describedby", here.path("catalogue.ttl"), "text/turtle")] + [
        Link("describedby", here.path(f"releases/{manifest.version}/{file.name}"), file.media_type)
        for file in manifest.files
        if file.name.startswith(f"{METADATA}/")
    ]


def fitting(links: Iterable[Link], room: int = HEADER_BYTES) -> list[Link]:
    """The links with those of one target as one, less the types and items that a header has no room for."""
    relations: dict[tuple[str, str], dict[str, None]] = {}
    types = 0
    for link in links:
        types += link.relation == "type"
        if link.relation != "type" or types <= MOST_TYPES:
            relations.setdefault((link.href, link.media_type), {})[link.relation] = None
    joined = [Link(" ".join(names), href, media_type) for (href, media_type), names in relations.items()]
    left = room - sum(len(_written(link)) for link in joined if link.relation not in SPARED)
    kept = []
    for link in joined:
        if link.relation in SPARED:
            left -= len(_written(link))
        if link.relation not in SPARED or left >= 0:
            kept.append(link)
    return kept


def header_of(links: Iterable[Link], room: int = HEADER_BYTES) -> str:
    """As many of the links as fit into so many bytes, as the value of a Link header."""
    return ", ".join(map(_written, fitting(links, room)))


def _written(link: Link) -> str:
    media_type = f'; type="{link.media_type}"' if link.media_type else ""
    return f'<{link.href}>; rel="{link.relation}"{media_type}'
