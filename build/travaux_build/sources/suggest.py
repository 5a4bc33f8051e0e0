"""Suggestions: words of an entry that the names in its text fill, and words that its class demands."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from travaux_build.content import Content
from travaux_build.errors import TravauxError
from travaux_build.reading.context import Word
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.reader import read, read_terms
from travaux_build.schemas.class_shapes import read_class_shapes
from travaux_build.sources.genre import Genre
from travaux_build.sources.recognize import Naming, names_in
from travaux_build.sources.skeleton import Field


class Suggester:
    """Knows words, ranges, shapes and names of some content. Raises `Refused` if it cannot be read."""

    def __init__(self, content: Content, genre: Genre) -> None:
        self._content, self._genre = content, genre
        self._terms = read_terms(content)
        self._shapes = read_class_shapes(content)
        self._names = names_in(
            read(content).quads,
            Naming(
                texts=frozenset(self._word(word).iri for word in genre.texts),
                signs=frozenset(self._word(word).iri for word in genre.signs),
                proper=frozenset(self._class(name) for name in genre.proper),
                language=genre.language,
            ),
        )

    def field(self, word: str, values: tuple[str, ...], language: str = "", many: bool = False) -> Field:
        """A word with values, none if they are to be filled in; a text then has the genre's language."""
        if word in ("id", "type"):
            return Field(word, values)
        found = self._word(word)
        spoken = language or (self._genre.language if found.kind == "text" else "")
        return Field(word, values, spoken, many, bare=found.datatype in ("integer", "decimal"))

    def suggestions(self, text: str, words: Iterable[str]) -> list[Field]:
        """What a text names, each thing under the first of the words whose range has its class.

        Where a word takes one value and several are found, or a broader beside a narrower, none is better.
        """
        left = list(self._names.find(text))
        fields = []
        for word in map(self._word, words):
            ranges = self._terms.vocabulary.ranges.get(word.iri, frozenset())
            fitting = [thing for thing in left if ranges & self._classes(thing)]
            left = [thing for thing in left if thing not in fitting]
            chosen = tuple(map(self._content.iris.key, self._names.narrowest(fitting)))
            if chosen and (word.many or len(chosen) == 1):
                fields.append(self.field(word.name, chosen, many=word.many))
        return fields

    def missing(self, kind: str, written: Collection[str]) -> list[Field]:
        """The words that the shapes demand of a class and that are not written, to be filled in."""
        words = self._terms.context.words
        iris = {words[word].iri for word in written if word in words}
        fields = []
        for class_ in self._terms.vocabulary.with_superclasses(self._class(kind)):
            for path, demand in self._shapes.get(class_, {}).items():
                word = next(
                    (one for one in words.values() if one.iri == path and one.kind != "reverse"), None
                )
                if demand.minimum and word and path not in iris:
                    iris.add(path)
                    fields.append(self.field(word.name, ()))
        return fields

    def _classes(self, thing: str) -> set[str]:
        above = self._terms.vocabulary.with_superclasses
        return {one for class_ in self._names.classes.get(thing, ()) for one in above(class_)}

    def _word(self, name: str) -> Word:
        words = self._terms.context.words
        if name not in words:
            raise self._unknown(f"the context has no word {name}", did_you_mean(name, words))
        return words[name]

    def _class(self, name: str) -> str:
        if name not in self._terms.types:
            raise self._unknown(f"there is no class {name}", did_you_mean(name, self._terms.types))
        return self._terms.types[name]

    def _unknown(self, fault: str, remedy: str) -> TravauxError:
        return TravauxError(f"ontology/genres: {fault}; {remedy or 'correct the genre'}")
