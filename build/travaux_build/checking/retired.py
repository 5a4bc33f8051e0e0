"""Retired IRIs: what was published once and is no more, why, and what replaced it, `data/retired.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.strict_yaml import parse_yaml
from travaux_build.release import VERSION

KEYS = ("id", "label", "since", "replacedBy", "reason")
REQUIRED = ("id", "label", "since", "reason")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
DEPRECATED = NamedNode("http://www.w3.org/2002/07/owl#deprecated")
REPLACED_BY = NamedNode("http://purl.org/dc/terms/isReplacedBy")
CHANGE_NOTE = NamedNode("http://www.w3.org/2004/02/skos/core#changeNote")
TRUE = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
ABSOLUTE = re.compile(r'https?://[^\x00-\x20<>"{}|\\^`]+')


@dataclass(frozen=True)
class Retired:
    """An IRI without its thing: label and reason by language, the first release without it, and its heirs.

    `line` is the place of its entry in the file.
    """

    iri: str
    label: Mapping[str, str]
    since: str
    replaced_by: tuple[str, ...]
    reason: Mapping[str, str]
    line: int


def read_retired(content: Content) -> tuple[Retired, ...]:
    """All entries of `data/retired.yaml`, none if there is no such file; `Refused` says what is wrong."""
    path = content.retired_file
    if not path.exists():
        return ()
    file = content.name(path)
    document = parse_yaml(content.text(path), file)
    reading = _Reading(file, content.iris.things, list(document.problems))
    found = reading.entries(document.root)
    if reading.problems:
        raise Refused(reading.problems)
    return found


def retired_quads(retired: Iterable[Retired], graph: str) -> list[Quad]:
    """What a release says of its retired IRIs, in the graph with that IRI."""
    name = NamedNode(graph)
    quads = []
    for one in retired:
        subject = NamedNode(one.iri)
        quads.append(Quad(subject, DEPRECATED, TRUE, name))
        quads += [Quad(subject, REPLACED_BY, NamedNode(iri), name) for iri in one.replaced_by]
        for language, text in one.label.items():
            quads.append(Quad(subject, LABEL, Literal(text, language=language), name))
        for language, text in one.reason.items():
            quads.append(Quad(subject, CHANGE_NOTE, Literal(f"{one.since}: {text}", language=language), name))
    return quads


def contradictions(retired: Iterable[Retired], stated: set[str], content: Content) -> list[Problem]:
    """A problem for each entry that is still stated, or whose heir is nothing that is stated."""
    file, iris = content.name(content.retired_file), content.iris
    problems = []
    gone = {one.iri for one in retired}
    for one in retired:
        key = iris.key(one.iri)
        if one.iri in stated:
            message, remedy = "is retired and still stated", "take it out of this file, or out of the data"
            problems.append(Problem(file, one.line, 1, key, message, remedy))
        for heir in one.replaced_by:
            if heir in gone:
                message = f"is replaced by {iris.key(heir)}, which is retired itself"
                problems.append(Problem(file, one.line, 1, key, message, "name what replaced that one"))
            elif heir.startswith(iris.base) and heir not in stated:
                remedy = did_you_mean(iris.key(heir), map(iris.key, stated)) or "correct the id"
                message = f"is replaced by {iris.key(heir)}, which nothing states"
                problems.append(Problem(file, one.line, 1, key, message, remedy))
    return problems


class _Reading:
    """One pass over the file, collecting faults; what is faulty is read as empty."""

    def __init__(self, file: str, things: str, problems: list[Problem]) -> None:
        self._file, self._things, self.problems = file, things, problems

    def entries(self, root: Node | None) -> tuple[Retired, ...]:
        if root is None:
            return ()
        found: dict[str, Retired] = {}
        for node in self._items(root, "is not a list of entries", "write - {id: …, label: …, …}"):
            if not isinstance(node, Fields):
                self._refuse(node, "is no entry", f"write an entry with the keys {', '.join(KEYS)}")
                continue
            one = self._entry(node)
            if one.iri in found:
                self._refuse(node, f"{one.iri} stands here twice", "delete one")
            found[one.iri] = one
        return tuple(found.values())

    def _entry(self, node: Fields) -> Retired:
        for key, _ in node.pairs:
            if key.text not in KEYS:
                remedy = did_you_mean(key.text, KEYS) or f"the keys are {', '.join(KEYS)}"
                self._refuse(key, f"has the unknown key {key.text}", remedy)
        for name in REQUIRED:
            if node.get(name) is None:
                self._refuse(node, f"lacks the key {name}", "add it")
        since = self._text(node.get("since"))
        if since and not VERSION.fullmatch(since):
            self._refuse(node, f"since: {since} is no version", 'write one such as "2026.11.2"')
        heirs = self._items(node.get("replacedBy"), "replacedBy is not a list", "write [one, two], or []")
        return Retired(
            iri=self._iri(self._text(node.get("id"))),
            label=self._texts(node.get("label")),
            since=since,
            replaced_by=tuple(self._iri(self._text(heir)) for heir in heirs),
            reason=self._texts(node.get("reason")),
            line=node.line,
        )

    def _iri(self, text: str) -> str:
        return text if ABSOLUTE.fullmatch(text) else self._things + text

    def _items(self, node: Node | None, message: str, remedy: str) -> tuple[Node, ...]:
        if isinstance(node, Items):
            return node.items
        if node is not None:
            self._refuse(node, message, remedy)
        return ()

    def _text(self, node: Node | None) -> str:
        if node is None or isinstance(node, Scalar):
            return node.text if node else ""
        self._refuse(node, "is not a text", "write one text here")
        return ""

    def _texts(self, node: Node | None) -> dict[str, str]:
        pairs = node.pairs if isinstance(node, Fields) else ()
        texts = {key.text: self._text(value) for key, value in pairs}
        if node is not None and not texts.get("en", "").strip(" …"):
            self._refuse(node, "has no English text", "write {en: …}")
        return texts

    def _refuse(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._file, node.line, node.column, "", message, remedy))
