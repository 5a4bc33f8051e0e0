"""Coverage: each piece of a source text, with the entries of the record that hang on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.iris import Iris
from travaux_build.reading.context import Context
from travaux_build.sources.anchor import Passage
from travaux_build.sources.source import Kind, Part, Segment, Source

REASONS: dict[Kind, str] = {
    "contents": "table of contents: repeats the headings",
    "furniture": "column heads of a table",
    "heading": "heading",
    "lead": "lead-in of a list",
    "title": "title line",
}
"""Why a piece of that kind may stand without an entry; sentences, list items and rows may not."""
LABELS = ("http://www.w3.org/2000/01/rdf-schema#label", "http://purl.org/dc/terms/title")
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Anchored:
    """An entry that rests on a passage: its id, its label in English, and its type's local name."""

    id: str
    label: str
    type: str


@dataclass(frozen=True)
class Piece:
    """A segment of the source with its entries, and the reason that excuses it if it has none."""

    segment: Segment
    entries: tuple[Anchored, ...]

    @property
    def reason(self) -> str:
        """Why it needs no entry; empty if it has one or needs one."""
        return "" if self.entries else REASONS.get(self.segment.kind, "")

    @property
    def missing(self) -> bool:
        """Whether it needs an entry and has none."""
        return not self.entries and not self.reason


@dataclass(frozen=True)
class PartCoverage:
    """A part of the document, None for what stands above the first heading, with its pieces in order."""

    part: Part | None
    pieces: tuple[Piece, ...]

    @property
    def due(self) -> int:
        """How many pieces need an entry."""
        return sum(piece.segment.kind not in REASONS for piece in self.pieces)

    @property
    def covered(self) -> int:
        """How many of these have one."""
        return sum(piece.segment.kind not in REASONS and not piece.missing for piece in self.pieces)


def cover(
    source: Source, passages: Iterable[Passage], quads: Iterable[Quad], context: Context, iris: Iris
) -> tuple[PartCoverage, ...]:
    """Hang every entry that names a passage on the pieces of the source that the passage overlaps.

    `passages` are those of this source's document; `quads` the data. Parts come in reading order.
    """
    names = context.words["passage"].iri
    types, labels, anchored = _describe(quads, names)
    hung: dict[str, set[str]] = {}
    for passage in passages:
        for segment in source.segments:
            if segment.start < passage.end and passage.start < segment.end:
                hung.setdefault(segment.key, set()).update(anchored.get(iris.thing(passage.id), ()))
    pieces: dict[str, list[Piece]] = {}
    for segment in source.segments:
        entries = sorted(hung.get(segment.key, ()))
        found = (
            Anchored(iris.key(iri), labels.get(iri, iris.key(iri)), types.get(iri, "")) for iri in entries
        )
        pieces.setdefault(segment.part, []).append(Piece(segment, tuple(found)))
    parts: list[Part | None] = [None, *source.parts]
    keys = ["" if part is None else part.key for part in parts]
    return tuple(
        PartCoverage(part, tuple(pieces.get(key, ()))) for part, key in zip(parts, keys, strict=True)
    )


def _describe(
    quads: Iterable[Quad], passage: str
) -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    types: dict[str, str] = {}
    labels: dict[str, str] = {}
    anchored: dict[str, list[str]] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
        if predicate == passage and isinstance(value, NamedNode):
            anchored.setdefault(value.value, []).append(subject)
        elif predicate == TYPE and isinstance(value, NamedNode):
            types.setdefault(subject, value.value.replace("#", "/").rpartition("/")[2])
        elif predicate in LABELS and isinstance(value, Literal) and value.language == "en":
            labels.setdefault(subject, value.value)
    return types, labels, anchored
