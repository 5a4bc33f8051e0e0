"""What things are called: label, notation and place in their list, asked of the engine for many at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from travaux_server.engine import Engine, Term
from travaux_server.pages.texts import Text, best_of, text_of
from travaux_server.resources.addresses import in_words, is_iri, local_name
from travaux_server.resources.standard_terms import LABELS, NOTATION, POSITION, START, TYPE

AT_ONCE = 1000
"""How many things one query asks about."""
PROPERTIES = ", ".join(f"<{iri}>" for iri in (*LABELS, NOTATION, POSITION, START, TYPE))


@dataclass(frozen=True)
class Name:
    """What a thing is called. `has_label` is false where its label was made from its IRI.

    `classes` are those that are stated of it, without those that only follow by rule.
    """

    iri: str
    label: Text
    has_label: bool = True
    notation: str = ""
    position: float | None = None
    start: str = ""
    classes: tuple[str, ...] = ()


def names_of(engine: Engine, iris: Iterable[str]) -> Mapping[str, Name]:
    """The name of each thing. Raises `QueryError`."""
    wanted = sorted({iri for iri in iris if is_iri(iri)})
    inferred = engine.release.iris.graph("inferred")
    found: dict[str, dict[str, list[Term]]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        nodes = " ".join(f"<{iri}>" for iri in wanted[start : start + AT_ONCE])
        rows = engine.rows(
            f"SELECT DISTINCT ?node ?property ?value WHERE {{ VALUES ?node {{ {nodes} }} "
            "GRAPH ?graph { ?node ?property ?value } "
            f"FILTER(?property IN ({PROPERTIES})) "
            f"FILTER(?property != <{TYPE}> || ?graph != <{inferred}>) }}"
        )
        for row in rows:
            facts = found.setdefault(row["node"].value, {})
            facts.setdefault(row["property"].value, []).append(row["value"])
    return {iri: name_from(iri, found.get(iri, {})) for iri in iris}


def name_from(iri: str, facts: Mapping[str, Sequence[Term]]) -> Name:
    """The name that facts about a thing, the values of each property, amount to."""
    labels = (best_of(term for term in facts.get(key, ()) if term.kind == "literal") for key in LABELS)
    label = next((label for label in labels if label), None)
    return Name(
        iri=iri,
        label=text_of(label) if label else Text(_made_up(iri)),
        has_label=label is not None,
        notation=_first(facts, NOTATION),
        position=_number(_first(facts, POSITION)),
        start=_first(facts, START),
        classes=tuple(sorted(term.value for term in facts.get(TYPE, ()) if term.kind == "iri")),
    )


def in_order(names: Iterable[Name]) -> list[Name]:
    """The names in the order that a reader expects of the list they make.

    By place in the list if each has one of its own; else by notation, else by start, if each has one; else
    by label. Numbers in notations and labels count as numbers.
    """
    listed = list(names)
    positions = {name.position for name in listed}
    if None not in positions and len(positions) == len(listed):
        return sorted(listed, key=lambda name: (name.position or 0, natural(name.label.value)))
    if all(name.notation for name in listed):
        return sorted(listed, key=lambda name: (natural(name.notation), natural(name.label.value)))
    if all(name.start for name in listed):
        return sorted(listed, key=lambda name: (name.start, natural(name.label.value)))
    return sorted(listed, key=lambda name: (natural(name.label.value), name.iri))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which k-9 comes before k-10."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", text.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _made_up(iri: str) -> str:
    return in_words(iri) if "#" in iri or re.search(r"/[A-Za-z]+$", iri) else local_name(iri)


def _first(facts: Mapping[str, Sequence[Term]], iri: str) -> str:
    return min((term.value for term in facts.get(iri, ())), default="")


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) else None
