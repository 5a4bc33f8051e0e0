"""The catalogue of a release: what DCAT says of it, written when all its files have a size and a digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from travaux_build import rdf
from travaux_build.description import Download, Edition, catalogue_of
from travaux_build.release import File, write_file

FORMS = (rdf.TURTLE, rdf.JSON_LD, rdf.N_TRIPLES, rdf.RDF_XML, rdf.N_QUADS)


def write_catalogue(
    folder: Path, edition: Edition, previous: str, graphs: Sequence[str], downloads: Sequence[Download]
) -> Iterator[File]:
    """Write `catalogue.ttl` and its like, all with the same triples.

    `previous` is the version before, empty if there is none.
    """
    quads = catalogue_of(edition, previous, graphs, downloads)
    for form in FORMS:
        text = rdf.write(quads, form, edition.prefixes)
        yield write_file(folder, f"catalogue.{form.suffix}", form.media_type, text, len(quads))
