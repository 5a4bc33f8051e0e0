"""How ontology and shapes want things shown: order, groups and names of properties, leads and inverses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from travaux_server.engine import Engine, Term
from travaux_server.pages.texts import Text, best_of, text_of
from travaux_server.per_release import once_per_release
from travaux_server.resources.standard_terms import INVERSES, LEADS
from travaux_server.service import Service

LAST = 1e9
"""Order of what no shape gives an order to."""
SHAPES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?class ?path ?inverse ?order ?name ?group ?groupLabel ?groupOrder WHERE {
  ?shape sh:property ?property .
  { ?shape sh:targetClass ?class } UNION { ?shape a rdfs:Class BIND(?shape AS ?class) }
  ?property sh:path ?path .
  OPTIONAL { ?path sh:inversePath ?inverse }
  OPTIONAL { ?property sh:order ?order }
  OPTIONAL { ?property sh:name ?name }
  OPTIONAL { ?property sh:group ?group
    OPTIONAL { ?group rdfs:label ?groupLabel }
    OPTIONAL { ?group sh:order ?groupOrder } }
}
"""
BROADER = f"""
SELECT ?property ?lead WHERE {{
  VALUES ?lead {{ {" ".join(f"<{iri}>" for iri in LEADS)} }} ?property rdfs:subPropertyOf+ ?lead
}}
"""
OPPOSITES = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?property ?inverse WHERE {
  { ?property owl:inverseOf ?inverse }
  UNION { ?inverse owl:inverseOf ?property }
  UNION { ?property a owl:SymmetricProperty BIND(?property AS ?inverse) }
}
"""


@dataclass(frozen=True)
class Group:
    """Properties that belong together; the one without an IRI holds all that is in no other."""

    iri: str = ""
    label: Text | None = None
    order: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where a property stands on the page of a thing, and what it is called there, if shapes say it."""

    group: Group = Group(order=LAST)
    order: float = LAST
    name: Text | None = None


@dataclass(frozen=True)
class Presentation:
    """What one release says about showing things of its classes.

    `places` and `inverse_places` are by class, then by property; the latter are of properties that lead to
    the thing. `leads` ranks the properties that say what a thing is, the best is 0.
    """

    places: Mapping[str, Mapping[str, Place]]
    inverse_places: Mapping[str, Mapping[str, Place]]
    leads: Mapping[str, int]
    inverses: Mapping[str, str]

    def place(self, classes: Iterable[str], property_: str) -> Place:
        """The place that the shapes of a thing's classes give to one of its properties."""
        return _best(self.places, classes, property_)

    def inverse_place(self, classes: Iterable[str], property_: str) -> Place:
        """The place that they give to a property that leads to the thing."""
        return _best(self.inverse_places, classes, property_)


@once_per_release
def presentation_of(service: Service) -> Presentation:
    """How the release being served wants its things shown. Raises `QueryError`."""
    engine = service.engine
    leads = {iri: rank for rank, iri in enumerate(LEADS)}
    for row in engine.rows(BROADER):
        own = row["property"].value
        leads[own] = min(leads.get(own, len(LEADS)), LEADS.index(row["lead"].value))
    inverses = dict(INVERSES)
    inverses.update((row["property"].value, row["inverse"].value) for row in engine.rows(OPPOSITES))
    places, inverse_places = _places(engine)
    return Presentation(places, inverse_places, leads, inverses)


def _places(engine: Engine) -> tuple[dict[str, dict[str, Place]], dict[str, dict[str, Place]]]:
    rows: dict[tuple[str, str, bool], list[dict[str, Term]]] = {}
    for row in engine.rows(SHAPES):
        path = row.get("inverse", row["path"])
        if path.kind == "iri":
            rows.setdefault((row["class"].value, path.value, "inverse" in row), []).append(row)
    straight: dict[str, dict[str, Place]] = {}
    inverse: dict[str, dict[str, Place]] = {}
    for (class_, path_iri, is_inverse), found in rows.items():
        where = inverse if is_inverse else straight
        where.setdefault(class_, {})[path_iri] = _place(found)
    return straight, inverse


def _place(rows: list[dict[str, Term]]) -> Place:
    name = best_of(row["name"] for row in rows if "name" in row)
    group = min((row["group"].value for row in rows if "group" in row), default="")
    label = best_of(row["groupLabel"] for row in rows if "groupLabel" in row)
    return Place(
        group=Group(group, text_of(label) if label else None, _least(rows, "groupOrder"))
        if group
        else Group(),
        order=_least(rows, "order"),
        name=text_of(name) if name else None,
    )


def _least(rows: list[dict[str, Term]], column: str) -> float:
    """The least of the numbers in a column; `LAST` if there is none."""
    texts = (row[column].value for row in rows if column in row)
    return min((float(text) for text in texts if text.replace(".", "", 1).isdigit()), default=LAST)


def _best(places: Mapping[str, Mapping[str, Place]], classes: Iterable[str], property_: str) -> Place:
    found = [places[class_][property_] for class_ in classes if property_ in places.get(class_, {})]
    return min(found, key=lambda place: (place.order, place.name is None), default=Place())
