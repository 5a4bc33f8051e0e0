"""How many things of each class a release holds, and how its classes stand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from travaux_server.pages.names import Name, names_of, natural
from travaux_server.per_release import once_per_release
from travaux_server.resources.addresses import local_name
from travaux_server.service import Service


@dataclass(frozen=True)
class ClassCount:
    """A class with the number of things of it, those of the classes below it included.

    `key` is its name in addresses. `described` is how many properties its things have, all taken together.
    """

    key: str
    name: Name
    count: int
    described: int
    below: tuple[ClassCount, ...] = ()

    @property
    def weight(self) -> float:
        """The heavier come first: of whose things much is said or, where that is alike, which have many."""
        return float(self.described * self.count**0.1)


@once_per_release
def classes_of(service: Service) -> Mapping[str, ClassCount]:
    """The classes with things of ours, by key, those with the most said first. Raises `QueryError`.

    Classes of others are left out where one of ours is below them and tells more.
    """
    engine, iris = service.engine, service.release.iris
    inferred = iris.graph("inferred")
    own = f'FILTER(STRSTARTS(STR(?thing), "{iris.things}"))'
    stated = engine.rows(
        "SELECT DISTINCT ?class WHERE { GRAPH ?graph { ?thing a ?class } "
        f"FILTER(?graph != <{inferred}>) {own} }}"
    )
    known = {row["class"].value for row in stated}
    counts = engine.rows(
        f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ ?thing a ?class {own} }} GROUP BY ?class"
    )
    kept = {
        row["class"].value: int(row["count"].value)
        for row in counts
        if row["class"].value in known or row["class"].value.startswith(iris.terms)
    }
    described = engine.rows(
        f"SELECT ?class (COUNT(DISTINCT ?property) AS ?count) WHERE {{ ?thing a ?class {own} "
        f"GRAPH ?graph {{ ?thing ?property ?value }} FILTER(?graph != <{inferred}>) }} GROUP BY ?class"
    )
    richness = {row["class"].value: int(row["count"].value) for row in described}
    above: dict[str, set[str]] = {}
    for row in engine.rows("SELECT ?class ?above WHERE { ?class rdfs:subClassOf+ ?above }"):
        if row["class"].value in kept and row["above"].value in kept:
            above.setdefault(row["class"].value, set()).add(row["above"].value)
    for class_, over in above.items():
        if class_.startswith(iris.terms):
            for other in [one for one in over if not one.startswith(iris.terms)]:
                kept.pop(other, None)
    above = {one: _nearest(over & kept.keys(), above) for one, over in above.items() if one in kept}
    names = names_of(engine, kept)
    made: dict[str, ClassCount] = {}

    def make(class_: str, path: tuple[str, ...]) -> ClassCount:
        below = [one for one, over in above.items() if class_ in over and one not in path]
        children = sorted(
            (make(one, (*path, one)) for one in below),
            key=lambda child: (-child.count, natural(child.name.label.value)),
        )
        found = ClassCount(
            _key(class_, kept, iris.terms),
            names[class_],
            kept[class_],
            richness.get(class_, 0),
            tuple(children),
        )
        made[found.key] = found
        return found

    for class_ in kept:
        make(class_, (class_,))
    ordered = sorted(made.values(), key=lambda one: (-one.weight, natural(one.name.label.value)))
    return {one.key: one for one in ordered}


def _nearest(over: set[str], above: Mapping[str, set[str]]) -> set[str]:
    """Of the classes above one, those that are above no other of them."""
    return {one for one in over if not any(one in above.get(other, ()) for other in over if other != one)}


def tops(classes: Mapping[str, ClassCount]) -> list[ClassCount]:
    """The classes that stand below no other one, in the same order."""
    below = {child.key for one in classes.values() for child in one.below}
    return [one for one in classes.values() if one.key not in below]


def _key(class_: str, classes: Mapping[str, int], terms: str) -> str:
    """The local name; with a number where several classes have the same, our own first."""
    same = [one for one in classes if local_name(one) == local_name(class_)]
    same.sort(key=lambda one: (not one.startswith(terms), one))
    place = same.index(class_)
    return local_name(class_) + (f"-{place + 1}" if place else "")
