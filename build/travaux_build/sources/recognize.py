"""Recognizing: names of things that the data know, found in a text by their spelling alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

BROADER = "http://www.w3.org/2004/02/skos/core#broader"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SHORTEST = 2
"""Names of fewer characters are not looked for."""
LEFT, RIGHT = r"(?<![\w-])", r"(?![\w-])"
"""A name stands alone: no letter, digit or hyphen touches it."""


@dataclass(frozen=True)
class Naming:
    """Which properties (IRIs) name a thing: `texts` in any capitals, `signs` in just this spelling.

    Names of things of the `proper` classes (IRIs) count only with their capitals. Names are looked for if
    they are in `language`, or in none.
    """

    texts: frozenset[str]
    signs: frozenset[str]
    proper: frozenset[str]
    language: str


@dataclass(frozen=True)
class Names:
    """Things by their names, ready to be found; `classes` are the stated ones of each thing (IRIs)."""

    exact: Mapping[str, tuple[str, ...]]
    folded: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, frozenset[str]]
    broader: Mapping[str, frozenset[str]]
    pattern: re.Pattern[str]

    def find(self, text: str) -> tuple[str, ...]:
        """IRIs of what is named in a text, in the order of the text; of names that overlap the longest."""
        found: dict[str, None] = {}
        for match in self.pattern.finditer(text):
            spelling = _spelling(match.group())
            named = (*self.exact.get(spelling, ()), *self.folded.get(spelling.casefold(), ()))
            found.update(dict.fromkeys(named))
        return tuple(found)

    def narrowest(self, things: Collection[str]) -> tuple[str, ...]:
        """The things less those that are broader than another of them."""
        above: set[str] = set()
        queue = [broad for thing in things for broad in self.broader.get(thing, ())]
        while queue:
            if (one := queue.pop()) not in above:
                above.add(one)
                queue += self.broader.get(one, ())
        return tuple(thing for thing in things if thing not in above)


def names_in(quads: Iterable[Quad], naming: Naming) -> Names:
    """The names that quads give to things."""
    classes: dict[str, set[str]] = {}
    broader: dict[str, set[str]] = {}
    given: list[tuple[str, str, bool]] = []
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode):
            continue
        if isinstance(value, NamedNode) and predicate in (TYPE, BROADER):
            (classes if predicate == TYPE else broader).setdefault(subject.value, set()).add(value.value)
        elif isinstance(value, Literal) and value.language in (None, naming.language):
            is_sign = predicate in naming.signs
            if is_sign or predicate in naming.texts:
                given.append((subject.value, _spelling(value.value), is_sign))
    exact: dict[str, dict[str, None]] = {}
    folded: dict[str, dict[str, None]] = {}
    for thing, spelling, is_sign in sorted(given):
        if len(spelling) >= SHORTEST:
            if is_sign or naming.proper & classes.get(thing, set()):
                exact.setdefault(spelling, {})[thing] = None
            else:
                folded.setdefault(spelling.casefold(), {})[thing] = None
    return Names(
        {name: tuple(things) for name, things in exact.items()},
        {name: tuple(things) for name, things in folded.items()},
        {thing: frozenset(found) for thing, found in classes.items()},
        {thing: frozenset(found) for thing, found in broader.items()},
        _pattern(exact, folded),
    )


def _spelling(text: str) -> str:
    """A name as it is compared: hyphens and line ends are blanks, all apostrophes are one."""
    return re.sub(r"[\s\-\u2010\u2011]+", " ", text.replace("\u2019", "'")).strip()


def _pattern(exact: Iterable[str], folded: Iterable[str]) -> re.Pattern[str]:
    """What matches the longest name that starts where it does."""
    names = [(name, f"{_loose(name)}") for name in exact]
    names += [(name, f"(?i:{_loose(name)})") for name in folded]
    names.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    return re.compile(f"{LEFT}(?:{'|'.join(pattern for _, pattern in names) or '(?!)'}){RIGHT}")


def _loose(name: str) -> str:
    words = (re.escape(word).replace("'", "['\u2019]") for word in name.split(" "))
    return "[\\s\\-\u2010\u2011]+".join(words)
