"""How a release was made: PROV of the build, its inputs and its tools."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from travaux_build.description.book import Book
from travaux_build.description.edition import Edition


@dataclass(frozen=True)
class Making:
    """What a release was made from and by: input files with their SHA-256, program, previous version."""

    inputs: tuple[tuple[str, str], ...]
    program: str
    program_version: str
    previous: str


def describe_making(book: Book, edition: Edition, making: Making) -> None:
    """State the release, the build that generated it, and what that used."""
    card, release = edition.card, edition.release
    build, program = f"{release}#build", f"{release}#program"
    book.state(release, "rdf:type", "prov:Entity", "dcat:Dataset")
    book.name(release, f"Release {edition.version}")
    book.say(release, "dcterms:title", {"en": f"{card.title['en']}, release {edition.version}"})
    book.state(release, "dcat:version", Literal(edition.version))
    book.link(release, "dcat:isVersionOf", edition.iris.dataset)
    book.link(release, "dcterms:license", card.licence)
    book.link(release, "prov:wasGeneratedBy", build)
    if making.previous:
        previous = edition.iris.release(making.previous)
        book.link(release, "dcat:previousVersion", previous)
        book.link(release, "prov:wasRevisionOf", previous)
        book.name(previous, f"Release {making.previous}")
    book.state(build, "rdf:type", "prov:Activity")
    book.name(build, f"Build of release {edition.version}")
    book.link(build, "prov:wasAssociatedWith", program)
    book.state(program, "rdf:type", "prov:SoftwareAgent", "schema:SoftwareApplication")
    book.name(program, f"{making.program} {making.program_version}")
    book.state(program, "schema:softwareVersion", Literal(making.program_version))
    for name, digest in making.inputs:
        source = f"{release}#{name}"
        book.link(build, "prov:used", source)
        book.state(source, "rdf:type", "prov:Entity", "schema:MediaObject")
        book.name(source, name)
        book.state(source, "schema:sha256", Literal(digest))
