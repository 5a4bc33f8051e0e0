"""Entries: what a data file says of one thing each, checked word by word against context and vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from travaux_build.errors import Problem
from travaux_build.location import Location
from travaux_build.reading.context import KEYWORDS, Context, Word
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.values import (
    LONGEST_SHOWN,
    Fault,
    identity_fault,
    language_fault,
    literal_faults,
    reference_fault,
    text_faults,
)
from travaux_build.reading.vocabulary import RDF_TYPE, Vocabulary


@dataclass(frozen=True)
class Entry:
    """What one file says of one thing: its id, the IRIs of its types, its place and those of its properties.

    An entry without types says more of a thing that another file declares.
    """

    id: str
    types: tuple[str, ...]
    graph: str
    location: Location
    properties: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True)
class Mention:
    """The id of a thing of ours where another is spoken of."""

    id: str
    location: Location
    entry: str


@dataclass
class Found:
    """What the files of a run hold, gathered as they are read."""

    problems: list[Problem] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    salvaged: set[str] = field(default_factory=set)
    """Ids in files that cannot be read to the end: they count as declared, to spare false alarms."""


@dataclass(frozen=True)
class Terms:
    """What entries are written with: the context, the vocabulary and the namespaces of things and terms."""

    context: Context
    vocabulary: Vocabulary
    things: str
    namespace: str

    @property
    def types(self) -> Mapping[str, str]:
        """The types by the name under which an entry gives them."""
        own = {iri.removeprefix(self.namespace): iri for iri in self.vocabulary.classes}
        return {**own, **self.context.types}

    def known(self, iri: str) -> bool:
        """Whether an IRI, if it is in our namespace of terms, is a term that the ontology declares."""
        ours = iri.startswith(self.namespace)
        return not ours or iri in self.vocabulary.classes or iri in self.vocabulary.properties


class EntryReader:
    """Reads the entries of one file; what it finds goes to `found`."""

    def __init__(self, file: str, graph: str, terms: Terms, found: Found) -> None:
        self._file, self._graph, self._terms, self._found = file, graph, terms, found
        self._types = terms.types
        self._words = terms.context.words
        self._entry = ""

    def root(self, node: Node) -> str:
        """Read a whole file, one entry or `entries` with a list; its kind is the type, or `Entries`."""
        self._entry = ""
        if not isinstance(node, Fields):
            self._refuse(node, "is no entry", "start with id: and type:, or with entries:")
            return ""
        entries = node.get("entries")
        if entries is None:
            self.entry(node)
            kind = node.get("type")
            return kind.text if isinstance(kind, Scalar) else ""
        for key, _ in node.pairs:
            if key.text != "entries":
                self._refuse(key, f"{key.text} stands beside entries", "move it into an entry")
        if not isinstance(entries, Items):
            self._refuse(entries, "entries is not a list", 'start each entry with "- id:"')
            return "Entries"
        for item in entries.items:
            self.entry(item)
        return "Entries"

    def entry(self, node: Node, above: Word | None = None) -> None:
        """Read one entry; `above` is the reverse word under which it is nested."""
        outer = self._entry
        if not isinstance(node, Fields):
            self._refuse(node, "is not an entry", "give it an id: and a type:, and its words below")
            return
        self._entry = identity = self._identity(node)
        location = self._place(node)
        properties = [(above.iri, location)] if above else []
        types = self._types_of(node)
        for key, value in node.pairs:
            if key.text == "type":
                properties.append((RDF_TYPE, self._place(key)))
            elif key.text != "id" and (word := self._word(key)):
                if word.kind != "reverse":
                    properties.append((word.iri, self._place(key)))
                self._value(word, key, value)
        if identity:
            self._found.entries.append(Entry(identity, types, self._graph, location, tuple(properties)))
        self._entry = outer

    def _identity(self, node: Fields) -> str:
        value = node.get("id")
        if value is None:
            self._refuse(node, "the entry has no id", "add one, such as id: theme/detention")
        elif not isinstance(value, Scalar):
            self._refuse(value, "the id is not a single word", "write kind/key")
        elif fault := identity_fault(value.text):
            self._refuse(value, *fault)
        else:
            return value.text
        return ""

    def _types_of(self, node: Fields) -> tuple[str, ...]:
        value = node.get("type")
        names = () if value is None else value.items if isinstance(value, Items) else (value,)
        found = []
        for name in names:
            known = isinstance(name, Scalar) and self._types.get(name.text, "")
            found.append(known or "")
            if not isinstance(name, Scalar) or not name.text:
                self._refuse(name, "the type is not a word", "write the name of a class")
            elif not known:
                remedy = did_you_mean(name.text, self._types) or "declare the class in ontology/ first"
                self._refuse(name, f"unknown type {name.text[:LONGEST_SHOWN]}", remedy)
        if value is not None and not found:
            self._refuse(value, "the list of types is empty", "name a class")
        return tuple(found)

    def _word(self, key: Scalar) -> Word | None:
        name = key.text
        if name in self._words:
            return self._words[name]
        if name == "entries":
            self._refuse(key, "entries stands within an entry", "use it alone, at the root of a file")
            return None
        known = [*self._words, *KEYWORDS]
        remedy = did_you_mean(name.lstrip("@$"), known) or "add it to ontology/context.jsonld, or delete it"
        self._refuse(key, f"unknown key {name[:LONGEST_SHOWN] or 'without a name'}", remedy)
        return None

    def _value(self, word: Word, key: Scalar, value: Node) -> None:
        if word.kind == "reverse":
            for item in value.items if isinstance(value, Items) else (value,):
                self.entry(item, word)
        elif word.kind == "text":
            self._texts(word, value)
        elif isinstance(value, Fields):
            advice = "an id such as theme/detention" if word.kind == "reference" else "a single value"
            self._refuse(value, f"{word.name} has keys below it", f"write {advice}")
        elif isinstance(value, Items) and not word.many:
            self._refuse(value, f"{word.name} takes one value, not a list", "write it without brackets")
        else:
            for scalar in self._scalars(word.name, value):
                if word.kind == "reference":
                    self._reference(word, scalar)
                else:
                    self._refuse_all(word, scalar, literal_faults(word.datatype, scalar))

    def _texts(self, word: Word, value: Node) -> None:
        if not isinstance(value, Fields):
            text = value.text if isinstance(value, Scalar) else ""
            remedy = f"write the language first: {word.name}: {{en: {text if len(text) < 40 else '…'}}}"
            self._refuse(value, f"{word.name} has no language", remedy)
            return
        if not value.pairs:
            self._refuse(value, f"{word.name} is empty", "add a text, or leave the key out")
        for language, texts in value.pairs:
            if language.implied:
                advice = f'write "{language.text}":'
                self._refuse(language, f"{language.text} is a {language.implied} to YAML", advice)
            if fault := language_fault(language.text):
                self._refuse(language, *fault)
            if isinstance(texts, Fields):
                self._refuse(texts, f"{word.name} has keys below its language", 'quote a text with ": "')
                continue
            for scalar in self._scalars(word.name, texts):
                self._refuse_all(word, scalar, text_faults(scalar))

    def _scalars(self, name: str, value: Node) -> Iterable[Scalar]:
        """The single values of a word; what is nested, repeated or missing in a list is refused."""
        if isinstance(value, Scalar):
            return [value]
        scalars: dict[str, Scalar] = {}
        items = value.items if isinstance(value, Items) else ()
        if not items:
            self._refuse(value, f"{name} is an empty list", "add a value, or leave the key out")
        for item in items:
            if not isinstance(item, Scalar):
                self._refuse(item, f"{name} holds more than a single value", "write one value each")
            elif item.text in scalars:
                self._refuse(item, f"{name} has {item.text[:LONGEST_SHOWN]} twice", "delete one of the two")
            else:
                scalars[item.text] = item
        return scalars.values()

    def _reference(self, word: Word, scalar: Scalar) -> None:
        text = scalar.text
        if not text or scalar.implied == "nothing":
            self._refuse(scalar, f"{word.name} has no value", "write an id, or leave the key out")
        elif fault := reference_fault(text, self._terms.things):
            self._refuse(scalar, f"{word.name}: {fault[0]}", fault[1])
        elif not self._terms.known(text):
            self._refuse(scalar, f"{word.name}: the ontology has no {text}", "declare or correct it")
        elif not text.lower().startswith(("http:", "https:")):
            self._found.mentions.append(Mention(text, self._place(scalar), self._entry))

    def _place(self, node: Node) -> Location:
        return Location(self._file, node.line, node.column)

    def _refuse_all(self, word: Word, node: Node, faults: Iterable[Fault]) -> None:
        for message, remedy in faults:
            self._refuse(node, f"{word.name}: {message}", remedy)

    def _refuse(self, node: Node, message: str, remedy: str) -> None:
        self._found.problems.append(Problem(self._file, node.line, node.column, self._entry, message, remedy))
