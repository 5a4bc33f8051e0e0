"""How a release was made: PROV of the build, its inputs and its tools."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from travaux_build.description.book import Book
from travaux_build.description.edition import Edition


@dataclass(frozen=True)
class Tool:
    """A program or a library, by its name and version."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Making:
    """What a release was made from and by: input files with their SHA-256, tools, previous version.

    The first tool is the program, the others are the libraries that its output depends on; `platform` is what
    it needs to run, such as `Python >=3.11`. `previous` is empty if there is none.
    """

    inputs: tuple[tuple[str, str], ...]
    tools: tuple[Tool, ...]
    platform: str
    previous: str


def describe_making(book: Book, edition: Edition, making: Making) -> None:
    """State the build that generated the release, and what that used.

    Neither a time nor the machine is stated: the same content gives the same release at any time, anywhere.
    """
    release, (program, *libraries) = edition.release, making.tools
    build, agent = f"{release}#build", f"{release}#program"
    book.state(release, "rdf:type", "prov:Entity")
    book.link(release, "prov:wasGeneratedBy", build)
    book.link(release, "prov:wasAttributedTo", edition.publisher)
    if making.previous:
        book.link(release, "prov:wasRevisionOf", edition.iris.release(making.previous))
    book.know(build, "prov:Activity", f"Build of release {edition.version}")
    book.link(build, "prov:wasAssociatedWith", agent)
    book.link(build, "prov:qualifiedAssociation", f"{release}#association")
    book.know(f"{release}#association", "prov:Association", f"{program} follows its own steps")
    book.link(f"{release}#association", "prov:agent", agent)
    book.link(f"{release}#association", "prov:hadPlan", agent)
    book.state(agent, "rdf:type", "prov:SoftwareAgent", "prov:Plan")
    book.state(agent, "schema:runtimePlatform", Literal(making.platform))
    _describe_tool(book, agent, program)
    for library in libraries:
        tool = f"{release}#tool-{library.name}"
        book.link(build, "prov:used", tool)
        book.link(agent, "schema:softwareRequirements", tool)
        book.state(tool, "rdf:type", "prov:Entity")
        _describe_tool(book, tool, library)
    for name, digest in making.inputs:
        source = f"{release}#{name}"
        book.link(build, "prov:used", source)
        book.link(release, "prov:wasDerivedFrom", source)
        book.know(source, "schema:MediaObject", name)
        book.state(source, "rdf:type", "prov:Entity")
        book.state(source, "schema:sha256", Literal(digest))


def _describe_tool(book: Book, iri: str, tool: Tool) -> None:
    book.know(iri, "schema:SoftwareApplication", str(tool))
    book.state(iri, "schema:name", Literal(tool.name))
    book.state(iri, "schema:softwareVersion", Literal(tool.version))
