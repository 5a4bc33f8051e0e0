"""The catalogue of a release: what DCAT says of it, written when all its files have a size and a digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from travaux_build import rdf
from travaux_build.description import Download, Edition, catalogue_of
from travaux_build.release import File, write_file

FORMS = (rdf.TURTLE, rdf.JSON_LD, rdf.N_TRIPLES, rdf.RDF_XML, rdf.N_QUADS)
OFFERED = ("dumps/", "tables/")
"""Folders of what is there to be used as data."""
ABOUT_TABLES = "application/csvm+json"


def write_catalogue(
    folder: Path, edition: Edition, previous: str, graphs: Sequence[str], files: Iterable[File]
) -> Iterator[File]:
    """Write `catalogue.ttl` and its like, all with the same triples, about those of the files that are data.

    `previous` is the version before, empty if there is none.
    """
    quads = catalogue_of(edition, previous, graphs, downloads_of(files))
    for form in FORMS:
        text = rdf.write(quads, form, edition.prefixes)
        yield write_file(folder, f"catalogue.{form.suffix}", form.media_type, text)


def downloads_of(files: Iterable[File]) -> list[Download]:
    """The files that are data, as downloads: compressed ones with the media type of what is in them."""
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
