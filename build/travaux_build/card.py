"""The data set's own card, `data/dataset.yaml`: what it is called, by whom and under which licence."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.strict_yaml import parse_yaml

REQUIRED = ("id", "version", "title", "description", "publisher", "licence")
OPTIONAL = (
    *("keywords", "prefixes", "graphs", "tables"),
    *("contact", "languages", "themes", "places", "period"),
)
IDENTITY = re.compile(r"[a-z][a-z0-9-]*")
MONTH = re.compile(r"\d{4}\.(0[1-9]|1[0-2])")
PREFIX = re.compile(r"[a-z][a-z0-9-]*")
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
IRI = re.compile(r'https?://[^\x00-\x20<>"{}|\\^`]+')


@dataclass(frozen=True)
class Contact:
    """Whom to ask: a name and, where given, a mail address."""

    name: str
    email: str


@dataclass(frozen=True)
class Card:
    """What the card says. `version` is year and month, `title` and `description` are by language.

    `publisher_iri` is empty where none is given. `prefixes` are wanted in dumps and queries beside those of
    the context and the ontology; `graphs` labels the folders of data, by graph and language; `tables` names
    the classes whose tables most readers want, in order. `languages` leads from the tags of the texts to IRIs
    of these languages; `themes` and `places`, which the data are about, are labels by IRI and language;
    `period` is the first and the last day that they are about.
    """

    id: str
    version: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: str
    publisher_iri: str
    licence: str
    keywords: tuple[str, ...]
    prefixes: Mapping[str, str]
    graphs: Mapping[str, Mapping[str, str]]
    tables: tuple[str, ...]
    contact: Contact | None
    languages: Mapping[str, str]
    themes: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Mapping[str, str]]
    period: tuple[str, str] | None


def read_card(content: Content) -> Card:
    """The card of the content. Raises `Refused` with everything that is wrong with it."""
    file = content.name(content.dataset_file)
    document = parse_yaml(content.text(content.dataset_file), file)
    reading = _Reading(file, list(document.problems))
    if isinstance(document.root, Fields):
        card = reading.card(document.root)
    elif not document.problems:
        reading.problems.append(Problem(file, 1, 1, "", "holds no keys", f"write {', '.join(REQUIRED)}"))
    if reading.problems:
        raise Refused(reading.problems)
    return card


def strangers(card: Card, known: Container[str], content: Content) -> Iterator[Problem]:
    """What the card says the data are about, under an IRI of ours that is not among the known ones."""
    for iri in (*card.themes, *card.places):
        if iri.startswith(content.iris.base) and iri not in known:
            file = content.name(content.dataset_file)
            yield Problem(file, 0, 0, iri, "is nothing that the data describe", "correct it, or describe it")


class _Reading:
    """One pass over the card, collecting faults; what is faulty is read as empty."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file, self.problems = file, problems

    def card(self, root: Fields) -> Card:
        known = (*REQUIRED, *OPTIONAL)
        for key, _ in root.pairs:
            if key.text not in known:
                remedy = did_you_mean(key.text, known) or f"the keys are {', '.join(known)}"
                self._refuse(key, f"has the unknown key {key.text}", remedy)
        for name in REQUIRED:
            if root.get(name) is None:
                self._refuse(root, f"lacks the key {name}", "add it")
        publisher = self._fields(root, "publisher", "name")
        contact = self._fields(root, "contact", "name")
        period = self._fields(root, "period", "start", "end")
        return Card(
            id=self._matching(root.get("id"), IDENTITY, "an id of small letters, digits and hyphens"),
            version=self._matching(root.get("version"), MONTH, 'a year and month such as "2026.11"'),
            title=self._texts(root.get("title")),
            description=self._texts(root.get("description")),
            publisher=self._text(publisher.get("name")),
            publisher_iri=self._matching(publisher.get("iri"), IRI, "an http(s) IRI"),
            licence=self._matching(root.get("licence"), IRI, "an http(s) IRI"),
            keywords=self._list(root.get("keywords")),
            prefixes=self._named(
                root.get("prefixes"), PREFIX, "a prefix of small letters, digits and hyphens"
            ),
            graphs={key.text: self._texts(value) for key, value in self._pairs(root.get("graphs"))},
            tables=self._list(root.get("tables")),
            contact=self._contact(contact) if root.get("contact") else None,
            languages=self._named(root.get("languages"), LANGUAGE, "a language tag"),
            themes=self._labels(root.get("themes")),
            places=self._labels(root.get("places")),
            period=(self._day(period.get("start")), self._day(period.get("end"))) if period.pairs else None,
        )

    def _contact(self, fields: Fields) -> Contact:
        email = self._matching(fields.get("email"), ADDRESS, "a mail address")
        return Contact(self._text(fields.get("name")), email)

    def _day(self, node: Node | None) -> str:
        return self._matching(node, DAY, 'a day such as "2026-11-25"')

    def _fields(self, root: Fields, name: str, *needed: str) -> Fields:
        """The fields of a key that has some; none without that key."""
        node = root.get(name)
        if node is None:
            return Fields((), root.line, root.column)
        fields = node if isinstance(node, Fields) else Fields((), node.line, node.column)
        for one in needed:
            if fields.get(one) is None:
                self._refuse(node, f"{name} has no {one}", f"write {name}: {{{': …, '.join(needed)}: …}}")
        return fields

    def _refuse(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._file, node.line, node.column, "", message, remedy))

    def _text(self, node: Node | None) -> str:
        if node is None or isinstance(node, Scalar):
            return node.text if node else ""
        self._refuse(node, "is not a text", "write one text here")
        return ""

    def _matching(self, node: Node | None, pattern: re.Pattern[str], what: str) -> str:
        text = self._text(node)
        if isinstance(node, Scalar) and not pattern.fullmatch(text):
            self._refuse(node, f"{text} is not {what}", "correct it")
        return text

    def _pairs(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        if node is None or isinstance(node, Fields):
            return node.pairs if node else ()
        self._refuse(node, "is not a list of keys with values", "write key: value")
        return ()

    def _texts(self, node: Node | None) -> dict[str, str]:
        texts = {key.text: self._text(value) for key, value in self._pairs(node)}
        if isinstance(node, Fields) and not texts.get("en"):
            self._refuse(node, "has no English text", "add en: …")
        return texts

    def _list(self, node: Node | None) -> tuple[str, ...]:
        if node is None or isinstance(node, Items):
            return tuple(self._text(item) for item in node.items) if node else ()
        self._refuse(node, "is not a list", "write [one, two]")
        return ()

    def _labels(self, node: Node | None) -> dict[str, dict[str, str]]:
        """Labels by IRI and language."""
        found = {}
        for key, value in self._pairs(node):
            found[self._matching(key, IRI, "an http(s) IRI")] = self._texts(value)
        return found

    def _named(self, node: Node | None, pattern: re.Pattern[str], what: str) -> dict[str, str]:
        """IRIs by names of a kind."""
        pairs = self._pairs(node)
        return {
            self._matching(key, pattern, what): self._matching(value, IRI, "an http(s) IRI")
            for key, value in pairs
        }
