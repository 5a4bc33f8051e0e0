"""The files in which the data set and its parts can be had: distributions of DCAT, dumps of VoID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from travaux_build.description.book import Book, typed
from travaux_build.description.edition import Edition
from travaux_build.release import File
from travaux_build.sources.wording import GRAPH as WORDING

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
STABLE = "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
FORMATS = {
    "application/ld+json": ("JSON_LD", "JSON-LD"),
    "application/n-quads": ("RDF_N_QUADS", "RDF N-Quads"),
    "application/n-triples": ("RDF_N_TRIPLES", "RDF N-Triples"),
    "application/rdf+xml": ("RDF_XML", "RDF XML"),
    "application/trig": ("RDF_TRIG", "RDF TriG"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("XLSX", "Excel XLSX"),
    "text/csv": ("CSV", "CSV"),
    "text/tab-separated-values": ("TSV", "TSV"),
    "text/turtle": ("RDF_TURTLE", "RDF Turtle"),
}
"""Code and label of the file types that the Publications Office lists, by media type."""
OFFERED = ("dumps/", "tables/")
"""Folders of what is there to be used as data."""
ABOUT_TABLES = "application/csvm+json"
RIGHTS = "The words are those of the source, to be used under its terms; our licence does not cover them."
CODINGS = {"application/gzip": "gzip", "application/zstd": "Zstandard"}
SHA_256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


@dataclass(frozen=True)
class Download:
    """A file that readers may download: its name in the release and the media type of what is in it.

    `coding` is the media type of the compression, if it is compressed. `bytes` and `sha256` are known once it
    is written.
    """

    name: str
    media_type: str
    coding: str = ""
    bytes: int | None = None
    sha256: str = ""

    @property
    def graph(self) -> str:
        """The name of the only graph that it holds; empty if it is no dump of one."""
        folder, _, file = self.name.rpartition("/")
        return file.partition(".")[0] if folder == "dumps/graphs" else ""

    @property
    def description(self) -> str:
        """What it is, in a few words."""
        what = (
            "The whole data set" if self.is_whole else f"The graph {self.graph}" if self.graph else "Tables"
        )
        _, form = FORMATS.get(self.media_type, ("", self.media_type))
        return f"{what} as {form}{f', compressed with {CODINGS[self.coding]}' if self.coding else ''}"

    @property
    def is_whole(self) -> bool:
        """Whether it holds the whole data set."""
        return self.name.rpartition("/")[0] == "dumps"


def downloads_of(files: Iterable[File]) -> list[Download]:
    """The files of a release that are data; compressed ones have the media type of what is in them."""
    media_types = {file.name: file.media_type for file in files}
    return [
        Download(
            file.name, inner, file.media_type if inner != file.media_type else "", file.bytes, file.sha256
        )
        for file in sorted(files, key=lambda file: file.name)
        if file.name.startswith(OFFERED)
        for inner in (media_types.get(file.name.rpartition(".")[0], file.media_type),)
        if inner != ABOUT_TABLES
    ]


def describe_downloads(book: Book, edition: Edition, dataset: str, downloads: Sequence[Download]) -> None:
    """State the files as distributions of a data set, which is the whole, a part, or a version of it."""
    for download in downloads:
        file = edition.iris.file(edition.version, download.name)
        book.link(dataset, "dcat:distribution", file)
        _describe_file(book, edition, file, download)
    book.know(STABLE, "skos:Concept", "Stable: to be kept")
    book.say(STABLE, "skos:prefLabel", {"en": "Stable: to be kept"})
    _describe_formats(book, downloads)


def describe_rights(book: Book, edition: Edition, resource: str, graph: str) -> None:
    """State the licence of a graph or of a file with that graph; of the wording, that it has another."""
    if graph == WORDING:
        rights = f"{edition.iris.dataset}#rights"
        book.link(resource, "dcterms:rights", rights)
        book.know(rights, "dcterms:RightsStatement", RIGHTS)
    else:
        book.link(resource, "dcterms:license", edition.card.licence)


def _describe_file(book: Book, edition: Edition, file: str, download: Download) -> None:
    book.know(file, "dcat:Distribution", download.name)
    book.say(file, "dcterms:title", {"en": download.name})
    book.say(file, "dcterms:description", {"en": download.description})
    describe_rights(book, edition, file, download.graph)
    book.link(file, "dcat:accessURL", file)
    book.link(file, "dcat:downloadURL", file)
    book.link(file, "dcat:mediaType", MEDIA_TYPES + download.media_type)
    book.link(file, "dcatap:availability", STABLE)
    if download.media_type in FORMATS:
        book.link(file, "dcterms:format", FILE_TYPES + FORMATS[download.media_type][0])
    if download.coding:
        book.link(file, "dcat:compressFormat", MEDIA_TYPES + download.coding)
    if download.bytes is not None:
        checksum = f"{edition.iris.catalogue}#sha256-{download.name}"
        book.state(file, "dcat:byteSize", typed(download.bytes, "nonNegativeInteger"))
        book.link(file, "spdx:checksum", checksum)
        book.know(checksum, "spdx:Checksum", f"SHA-256 of {download.name}")
        book.state(checksum, "spdx:algorithm", NamedNode(SHA_256))
        book.state(checksum, "spdx:checksumValue", typed(download.sha256, "hexBinary"))
        book.know(SHA_256, "spdx:ChecksumAlgorithm", "SHA-256")


def _describe_formats(book: Book, downloads: Iterable[Download]) -> None:
    for download in downloads:
        for media_type in filter(None, (download.media_type, download.coding)):
            book.know(MEDIA_TYPES + media_type, "dcterms:MediaType", media_type)
        if download.media_type in FORMATS:
            code, label = FORMATS[download.media_type]
            book.know(FILE_TYPES + code, "dcterms:MediaTypeOrExtent", label)
