"""Wording: what a source itself says in the passages of its record, for a build of who has the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused, SourceError
from travaux_build.rdf import NOT_XML
from travaux_build.reading.context import Context, read_context
from travaux_build.release import Manifest
from travaux_build.sources.anchor import compare, passage_table, read_passages
from travaux_build.sources.source import Source

GRAPH = "wording"
"""Name of the graph; it is not ours to license, and no release without the source holds any of it."""
EXACT = NamedNode("http://www.w3.org/ns/oa#exact")
NEEDED = ("sha256", "language")
"""The words by which a document says what its text is: the SHA-256 of the whole, and the language."""


@dataclass(frozen=True)
class Wording:
    """The quads of the graph, the SHA-256 of the source, and the documents (by id) whose text it is."""

    sha256: str
    quads: tuple[Quad, ...]
    documents: tuple[str, ...]


def wording_of(source: Source, quads: Iterable[Quad], content: Content) -> Wording:
    """Each passage of the documents that state the source's digest, with its characters as `oa:exact`.

    Page breaks and line ends are folded to single blanks. Raises `SourceError` if no document of the content
    has this text, and `Refused` if a passage does not hold, so that nothing is shown beside the wrong words.
    """
    if match := NOT_XML.search(source.text):
        raise SourceError(
            f"--source: character {match.start()} is U+{ord(match.group()):04X}, which no XML document can "
            "hold; save the text without it, then anchor its passages anew"
        )
    graph = NamedNode(content.iris.graph(GRAPH))
    found: list[Quad] = []
    problems: list[Problem] = []
    languages = _documents(source, quads, read_context(content), content)
    for document, language in languages.items():
        path = passage_table(content, document)
        rows = [row for row in read_passages(path, content.name(path)) if row.document == document]
        problems += compare(rows, source, document, content.name(path)).problems
        for row in rows:
            text = source.between(row.start, row.end)
            value = Literal(text, language=language) if language else Literal(text)
            found.append(Quad(NamedNode(content.iris.thing(row.id)), EXACT, value, graph))
    if problems:
        raise Refused(problems)
    return Wording(source.sha256, tuple(sorted(found, key=str)), tuple(languages))


def has_wording(manifest: Manifest) -> bool:
    """Whether a release holds the wording of a source."""
    return any(graph.name == GRAPH for graph in manifest.graphs)


def _documents(source: Source, quads: Iterable[Quad], context: Context, content: Content) -> dict[str, str]:
    """The language of each document that states the digest of the source, by the document's id."""
    if lacking := [word for word in NEEDED if word not in context.words]:
        raise SourceError(f"--source: the context has no word {lacking[0]}, so no document names its text")
    digest, language = (context.words[word].iri for word in NEEDED)
    languages: dict[str, str] = {}
    texts: dict[str, str] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            if quad.predicate.value == language:
                languages[quad.subject.value] = quad.object.value
            elif quad.predicate.value == digest:
                texts[quad.subject.value] = quad.object.value
    found = {
        content.iris.key(iri): languages.get(iri, "")
        for iri, text in sorted(texts.items())
        if text == source.sha256
    }
    if not found:
        remedy = "give the text that the passages were computed from, to the last character"
        raise SourceError(f"--source: no document states the SHA-256 of this text, {source.sha256}; {remedy}")
    return found
