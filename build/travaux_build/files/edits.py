"""Edits: what changed between two releases as people say it, thing by thing, by labels, from old to new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby

from travaux_build.files.changes import Changes
from travaux_build.files.dump_lines import Dump, Statement, Value, opened, statement_of, value_of
from travaux_build.iris import Iris
from travaux_build.release import Release

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
INFERRED = "inferred"
DESCRIPTION = "description"


@dataclass(frozen=True)
class Shown:
    """A value as it is shown: its text, with a language or, if it is a thing, its IRI."""

    text: str
    language: str = ""
    iri: str = ""


@dataclass(frozen=True)
class Edit:
    """What became of one property of a thing in one graph."""

    property: Shown
    graph: str
    removed: tuple[Shown, ...]
    added: tuple[Shown, ...]


@dataclass(frozen=True)
class Edited:
    """A thing that changed: `what` is new, changed or gone.

    `by_rule` counts the statements added and removed that follow by rule and are not among the edits;
    `is_about_release` marks what only describes the releases themselves: numbers, files, digests.
    """

    thing: Shown
    what: str
    edits: tuple[Edit, ...]
    by_rule: int
    is_about_release: bool


def edits_of(changes: Changes, old: Release, new: Release) -> list[Edited]:
    """What changed, the things of the data first, then terms and shapes, then the releases' description."""
    return edits_in(changes.removed, changes.added, old, new)


def edits_in(removed: Iterable[str], added: Iterable[str], old: Release, new: Release) -> list[Edited]:
    """What these lines, removed from one release and added to the other, are as edits."""
    statements = sorted(
        [
            *((statement_of(line), False) for line in removed),
            *((statement_of(line), True) for line in added),
        ]
    )
    with ExitStack() as stack:
        dumps = [stack.enter_context(opened(release.dump)) for release in (new, old)]
        teller = _Teller(new.iris, dumps[0], dumps[1])
        found = [
            teller.edited(subject, list(rows))
            for subject, rows in groupby(statements, key=lambda pair: pair[0].subject)
        ]
    return sorted(found, key=lambda one: (_rank(one, new), _natural(one.thing.iri)))


def _rank(edited: Edited, release: Release) -> int:
    if edited.is_about_release:
        return 3
    if edited.thing.iri.startswith(release.iris.things):
        return 0 if edited.edits else 1
    return 2


class _Teller:
    """Says what statements mean, with the labels of the newer release, else of the older."""

    def __init__(self, iris: Iris, new: Dump, old: Dump) -> None:
        self._iris, self._new, self._old = iris, new, old
        self._labels: dict[str, str] = {}

    def edited(self, subject: str, rows: list[tuple[Statement, bool]]) -> Edited:
        stated = [row for row in rows if self._graph(row[0]) != INFERRED]
        about_release = {self._graph(row[0]) for row in rows} == {DESCRIPTION}
        return Edited(
            thing=self._thing(subject),
            what=self._what(subject),
            edits=tuple(self._edits(stated)),
            by_rule=len(rows) - len(stated),
            is_about_release=about_release,
        )

    def _edits(self, rows: list[tuple[Statement, bool]]) -> Iterator[Edit]:
        def key(row: tuple[Statement, bool]) -> tuple[str, str]:
            return row[0].graph, row[0].property

        for (_, property_), found in groupby(sorted(rows, key=key), key=key):
            pairs = list(found)
            yield Edit(
                property=self._thing(property_),
                graph=self._graph(pairs[0][0]),
                removed=tuple(self._shown(one.value) for one, is_new in pairs if not is_new),
                added=tuple(self._shown(one.value) for one, is_new in pairs if is_new),
            )

    def _what(self, subject: str) -> str:
        if not self._old.is_stated(subject, self._iris):
            return "new"
        return "changed" if self._new.is_stated(subject, self._iris) else "gone"

    def _graph(self, statement: Statement) -> str:
        return statement.graph.removeprefix(self._iris.graph(""))

    def _shown(self, term: str) -> Shown:
        value = value_of(term)
        return self._thing(value.iri) if value.iri else Shown(value.text, value.language)

    def _thing(self, iri: str) -> Shown:
        if iri not in self._labels:
            self._labels[iri] = _label(self._new, iri) or _label(self._old, iri) or in_words(iri)
        return Shown(self._labels[iri], "", iri)


def label_in(dump: Dump, iri: str) -> str:
    """What a thing is called in a dump, in English if it can be; in words made of its IRI else."""
    return _label(dump, iri) or in_words(iri)


def in_words(iri: str) -> str:
    """The local name of an IRI, with the words of a term apart."""
    local = re.split(r"[#/]", iri.rstrip("#/"))[-1] or iri
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local)


def _label(dump: Dump, iri: str) -> str:
    values: list[Value] = []
    for line in dump.about(iri):
        if f"<{LABEL}>" in line:
            statement = statement_of(line)
            if statement.property == LABEL:
                values.append(value_of(statement.value))
    values.sort(key=lambda value: (value.language != "en", value.language, value.text))
    return values[0].text if values else ""


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
