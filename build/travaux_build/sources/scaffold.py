"""Scaffolding: the outline of a text becomes the skeleton of its record, without a sentence of the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from travaux_build.content import Content
from travaux_build.reading.reader import schema_line
from travaux_build.sources.anchor import passages_of, table
from travaux_build.sources.genre import PART, EntryTemplate, FileTemplate, Genre, Template
from travaux_build.sources.skeleton import Field, Skeleton, yaml_of
from travaux_build.sources.source import Part, Segment, Source
from travaux_build.sources.suggest import Suggester

PASSAGES = "passages.csv"
BRACES = re.compile(r"\{([a-z0-9]+)\}")
EACH = re.compile(r"\{each ([a-z]+)\}")
SLUG_WORDS = 4
NOTE = (
    "# A skeleton: fill in what is empty by reading the passage, and correct what is suggested, which was\n"
    "# found by its spelling alone. travaux check says what is missing. Then delete these lines.\n"
)


@dataclass(frozen=True)
class Draft:
    """A file of a skeleton: its name within the record, its text, and how many entries it has."""

    name: str
    text: str
    entries: int


@dataclass(frozen=True)
class _Scope:
    """Where in the text an entry stands, None for the whole of it, and what the names in braces stand for."""

    part: Part | None
    piece: Segment | None
    known: Mapping[str, str]


def scaffold(source: Source, content: Content, genre: Genre, record: str, title: str = "") -> list[Draft]:
    """The files of a new record with that key (`gcm-2`): its passages, then what the genre lists.

    Raises `Refused` if the content that is there already cannot be read.
    """
    document = f"document/{record}"
    passages = Draft(PASSAGES, table((), source, document), len(passages_of(source, document)))
    known = {"record": record, "title": title, "sha256": source.sha256}
    writer = _Writer(source, genre, Suggester(content, genre), f"data/record/{record}/")
    return [
        passages,
        *(draft for file in genre.files for draft in writer.files(file, _Scope(None, None, known))),
    ]


class _Writer:
    """Fills the templates of a genre from a source."""

    def __init__(self, source: Source, genre: Genre, suggester: Suggester, folder: str) -> None:
        self._source, self._genre, self._suggester, self._folder = source, genre, suggester, folder

    def files(self, template: FileTemplate, whole: _Scope) -> Iterator[Draft]:
        """The files that a template makes; those without an entry are left out."""
        scopes = [whole]
        if template.each_part:
            parts = [part for part in self._source.parts if self._has(part, template.having)]
            scopes = [self._within(whole, part, number) for number, part in enumerate(parts, start=1)]
        for scope in scopes:
            entry = self._genre.entries[template.entry]
            entries = tuple(self._entries(entry, scope, "")) if template.is_list else ()
            if not template.is_list:
                entries = (self._skeleton(entry, scope, ""),)
            if entries:
                name = _fill(template.file, scope.known)
                kind = "Entries" if template.is_list else _type(entries[0])
                head = f"{schema_line(self._folder + name, kind)}\n{NOTE}"
                text = head + yaml_of(entries, template.is_list)
                yield Draft(name, text, sum(one.size for one in entries))

    def _entries(self, template: EntryTemplate, scope: _Scope, above: str) -> Iterator[Skeleton]:
        """An entry for each part or piece below a scope that the template is for."""
        if template.each == PART:
            here = scope.part.key if scope.part else ""
            parts = [part for part in self._source.parts if part.parent == here]
            scopes = [self._within(scope, part, number) for number, part in enumerate(parts, start=1)]
        else:
            scopes = [
                _Scope(scope.part, piece, {**scope.known, "piece": piece.key, "number": str(number)})
                for number, piece in enumerate(self._pieces(scope, template.each), start=1)
            ]
        for one in scopes:
            yield self._skeleton(template, one, above)

    def _skeleton(self, template: EntryTemplate, scope: _Scope, above: str) -> Skeleton:
        """An entry; `above` is the word under which it is nested."""
        fields = [self._field(word, scope) for word in template.words]
        kind = next(("".join(field.values) for field in fields if field.word == "type"), "")
        if scope.piece:
            text = self._source.plain(scope.piece)
            fields[-1:-1] = self._suggester.suggestions(text, template.names)
        written = {field.word for field in fields} | ({above} if above else set())
        fields[-1:-1] = self._suggester.missing(kind, written)
        nested = (
            (word, tuple(self._entries(self._genre.entries[name], scope, word)))
            for word, name in template.nested.items()
        )
        return Skeleton(tuple(fields), tuple((word, entries) for word, entries in nested if entries))

    def _field(self, template: Template, scope: _Scope) -> Field:
        values = tuple(filter(None, (value for one in template.values for value in self._values(one, scope))))
        return self._suggester.field(template.word, values, template.language, template.many)

    def _values(self, template: str, scope: _Scope) -> Iterator[str]:
        """The value of a template, or with {each …} one for each piece of that kind."""
        if match := EACH.search(template):
            for piece in self._pieces(scope, match[1]):
                yield _fill(EACH.sub(piece.key, template), scope.known)
        else:
            yield _fill(template, scope.known)

    def _pieces(self, scope: _Scope, kind: str) -> list[Segment]:
        """The pieces of a kind in a part, or in the whole text."""
        part = scope.part.key if scope.part else None
        return [one for one in self._source.segments if one.kind == kind and part in (None, one.part)]

    def _has(self, part: Part, kind: str) -> bool:
        return not kind or any(one.kind == kind and one.part == part.key for one in self._source.segments)

    def _within(self, scope: _Scope, part: Part, number: int) -> _Scope:
        known = {
            **scope.known,
            "part": part.key,
            "notation": part.notation,
            "heading": part.title,
            "slug": _slug(part.title),
            "number": str(number),
        }
        return _Scope(part, None, known)


def _fill(template: str, known: Mapping[str, str]) -> str:
    return BRACES.sub(lambda match: known.get(match[1], ""), template)


def _type(entry: Skeleton) -> str:
    return next("".join(field.values) for field in entry.fields if field.word == "type")


def _slug(title: str) -> str:
    """The first words of a heading as part of a file's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:SLUG_WORDS]) or "part"
