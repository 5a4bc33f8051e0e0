"""A genre of documents: which files and entries a record of it starts with, as `ontology/genres/` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused, TravauxError
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.strict_yaml import parse_yaml
from travaux_build.sources.source import Kind

PART = "part"
KINDS = (PART, *get_args(Kind))
"""What there may be several of in a text."""


@dataclass(frozen=True)
class Template:
    """How one word is filled: values with names in braces; `language` is set for a text, `many` for a list.

    Without values the word is left for the curator.
    """

    word: str
    values: tuple[str, ...] = ()
    language: str = ""
    many: bool = False


@dataclass(frozen=True)
class EntryTemplate:
    """How an entry is written: one for `each` piece of that kind, or one alone if `each` is empty.

    `names` are the words to which names in the piece go; `nested` leads from words to entries by name.
    """

    each: str
    words: tuple[Template, ...]
    names: tuple[str, ...]
    nested: Mapping[str, str]


@dataclass(frozen=True)
class FileTemplate:
    """A file: one, or one for each part that has a piece of the kind `having`; of one entry, or a list."""

    file: str
    each_part: bool
    having: str
    entry: str
    is_list: bool


@dataclass(frozen=True)
class Genre:
    """A genre. `texts` and `signs` are the words that name things, `proper` the classes with proper names."""

    language: str
    texts: tuple[str, ...]
    signs: tuple[str, ...]
    proper: tuple[str, ...]
    files: tuple[FileTemplate, ...]
    entries: Mapping[str, EntryTemplate]


def read_genre(content: Content, name: str) -> Genre:
    """The genre of that name; raises `Refused` with what is wrong with its file."""
    path = content.root / "ontology" / "genres" / f"{name}.yaml"
    if not path.is_file():
        known = sorted(one.stem for one in path.parent.glob("*.yaml"))
        remedy = did_you_mean(name, known) or f"there are {', '.join(known) or 'none'}"
        raise TravauxError(f"{content.name(path)}: there is no such genre; {remedy}")
    file = content.name(path)
    document = parse_yaml(content.text(path), file)
    reading = _Reading(file, list(document.problems))
    genre = reading.genre(document.root) if document.root else None
    if reading.problems or genre is None:
        raise Refused(reading.problems or [Problem(file, 0, 0, "", "holds nothing", "describe the genre")])
    return genre


class _Reading:
    """One pass over a genre's file, collecting faults; what is faulty is read as empty."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file, self.problems = file, problems

    def genre(self, root: Node) -> Genre:
        fields = self._fields(root, ("language", "names", "files", "entries"))
        names = self._fields(fields.get("names"), ("texts", "signs", "proper"))
        listed = fields.get("entries")
        pairs = listed.pairs if isinstance(listed, Fields) else ()
        entries = {key.text: self._entry(value) for key, value in pairs}
        files = fields.get("files")
        return Genre(
            language=self._text(fields.get("language")),
            texts=self._texts(names.get("texts")),
            signs=self._texts(names.get("signs")),
            proper=self._texts(names.get("proper")),
            files=tuple(
                self._file_template(item, entries)
                for item in (files.items if isinstance(files, Items) else ())
            ),
            entries=entries,
        )

    def _file_template(self, node: Node, entries: Mapping[str, EntryTemplate]) -> FileTemplate:
        fields = self._fields(node, ("file", "each", "having", "entry", "entries"))
        entry, listed = self._text(fields.get("entry")), self._text(fields.get("entries"))
        for name in filter(None, (entry, listed)):
            self._known(node, name, entries)
        if bool(entry) == bool(listed):
            self._refuse(node, "has neither entry nor entries, or both", "give one of the two")
        return FileTemplate(
            file=self._text(fields.get("file")),
            each_part=self._kind(fields.get("each"), (PART,)) == PART,
            having=self._kind(fields.get("having"), KINDS),
            entry=entry or listed,
            is_list=bool(listed),
        )

    def _entry(self, node: Node) -> EntryTemplate:
        fields = self._fields(node, ("each", "words", "names", "nested"))
        words, nested = fields.get("words"), fields.get("nested")
        return EntryTemplate(
            each=self._kind(fields.get("each"), KINDS),
            words=tuple(
                self._template(key.text, value)
                for key, value in (words.pairs if isinstance(words, Fields) else ())
            ),
            names=self._texts(fields.get("names")),
            nested={
                key.text: self._text(value)
                for key, value in (nested.pairs if isinstance(nested, Fields) else ())
            },
        )

    def _template(self, word: str, node: Node) -> Template:
        if isinstance(node, Fields):
            if len(node.pairs) != 1:
                self._refuse(node, f"{word} has not one language", "give one")
                return Template(word)
            language, value = node.pairs[0]
            return Template(word, self._texts(value), language.text)
        return Template(word, self._texts(node), many=isinstance(node, Items))

    def _fields(self, node: Node | None, known: Sequence[str]) -> Fields:
        if not isinstance(node, Fields):
            if node is not None:
                self._refuse(node, "is not a list of keys with values", f"write {', '.join(known)}")
            return Fields((), 0, 0)
        for key, _ in node.pairs:
            self._known(key, key.text, known)
        return node

    def _known(self, node: Node, name: str, known: Iterable[str]) -> None:
        if name not in known:
            remedy = did_you_mean(name, known) or f"known are {', '.join(known)}"
            self._refuse(node, f"has the unknown name {name}", remedy)

    def _kind(self, node: Node | None, known: Sequence[str]) -> str:
        kind = self._text(node)
        if node is not None:
            self._known(node, kind, known)
        return kind

    def _texts(self, node: Node | None) -> tuple[str, ...]:
        if isinstance(node, Items):
            return tuple(filter(None, map(self._text, node.items)))
        text = self._text(node)
        return (text,) if text else ()

    def _text(self, node: Node | None) -> str:
        if node is None or isinstance(node, Scalar):
            return node.text if node else ""
        self._refuse(node, "is not a text", "write one text here")
        return ""

    def _refuse(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._file, node.line, node.column, "", message, remedy))
