"""What the release says about one thing, as pages show it: statements with the graphs that make them."""

from __future__ import annotations

from dataclasses import dataclass

from travaux_server.engine import Term
from travaux_server.resources.document import PAGE_SIZE, Pages
from travaux_server.resources.standard_terms import EXACT
from travaux_server.service import Service

INCOMING_ROWS = 2_000
"""Statements with the thing as object that a page looks at; their number is counted, whatever it is."""


@dataclass(frozen=True)
class Statement:
    """A statement about `subject`: a property with a value, and the names of the graphs that make it."""

    subject: str
    property: str
    value: Term
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """The very words of a passage, to which a thing refers or which it is itself."""

    passage: str
    words: Term


@dataclass(frozen=True)
class Incoming:
    """What leads to a thing by one property: `count` subjects, of which `subjects` are at hand."""

    property: str
    count: int
    subjects: tuple[str, ...]


def statements_about(service: Service, iri: str) -> list[Statement]:
    """The statements about a thing and about its parts; none if it is unknown. Raises `QueryError`."""
    rows = service.engine.rows(
        f"""
        SELECT ?graph ?subject ?property ?value WHERE {{
          {{ GRAPH ?graph {{ <{iri}> ?property ?value }} BIND(<{iri}> AS ?subject) }}
          UNION {{ <{iri}> ?to ?subject FILTER(STRSTARTS(STR(?subject), "{iri}#"))
                   GRAPH ?graph {{ ?subject ?property ?value }} }}
        }}
        """
    )
    names = {graph.iri: graph.name for graph in service.release.manifest.graphs}
    graphs: dict[tuple[str, str, Term], set[str]] = {}
    for row in rows:
        key = (row["subject"].value, row["property"].value, row["value"])
        graphs.setdefault(key, set()).add(names.get(row["graph"].value, row["graph"].value))
    return [Statement(*key, tuple(sorted(found))) for key, found in graphs.items()]


def statements_in(service: Service, graph: str) -> list[Statement]:
    """All statements of one graph, in the order of their terms. Raises `QueryError`."""
    rows = service.engine.rows(
        f"SELECT ?subject ?property ?value WHERE {{ GRAPH <{graph}> {{ ?subject ?property ?value }} }} "
        "ORDER BY ?subject ?property ?value"
    )
    name = (graph.removeprefix(service.release.iris.graph("")),)
    return [Statement(row["subject"].value, row["property"].value, row["value"], name) for row in rows]


def wording_of(service: Service, iri: str) -> list[Wording]:
    """The words of a thing and of those to which it is stated to lead. Raises `QueryError`."""
    rows = service.engine.rows(
        f"""
        SELECT DISTINCT ?passage ?words WHERE {{
          {{ BIND(<{iri}> AS ?passage) }}
          UNION {{ GRAPH ?graph {{ <{iri}> ?property ?passage }}
                   FILTER(?graph != <{service.release.iris.graph("inferred")}>) }}
          ?passage <{EXACT}> ?words
        }}
        """
    )
    return [Wording(row["passage"].value, row["words"]) for row in rows]


def incoming_of(service: Service, iri: str) -> list[Incoming]:
    """What leads to a thing, by property; without what only follows by rule. Raises `QueryError`."""
    stated = (
        f"GRAPH ?graph {{ ?subject ?property <{iri}> }} "
        f"FILTER(?graph != <{service.release.iris.graph('inferred')}>)"
    )
    counts = service.engine.rows(
        f"SELECT ?property (COUNT(DISTINCT ?subject) AS ?count) WHERE {{ {stated} }} GROUP BY ?property"
    )
    if not counts:
        return []
    subjects: dict[str, dict[str, None]] = {}
    for row in service.engine.rows(
        f"SELECT DISTINCT ?property ?subject WHERE {{ {stated} }} LIMIT {INCOMING_ROWS}"
    ):
        if row["subject"].kind == "iri":
            subjects.setdefault(row["property"].value, {})[row["subject"].value] = None
    return [
        Incoming(
            property=row["property"].value,
            count=int(row["count"].value),
            subjects=tuple(subjects.get(row["property"].value, ())),
        )
        for row in counts
    ]


def incoming_page_of(service: Service, iri: str, pages: Pages) -> list[Incoming]:
    """What one page of the document about a thing holds of what leads to it. Raises `QueryError`."""
    rows = service.engine.rows(
        f"SELECT ?property ?subject WHERE {{ ?subject ?property <{iri}> }} "
        f"ORDER BY ?property ?subject LIMIT {PAGE_SIZE} OFFSET {pages.offset}"
    )
    subjects: dict[str, list[str]] = {}
    for row in rows:
        if row["subject"].kind == "iri":
            subjects.setdefault(row["property"].value, []).append(row["subject"].value)
    return [Incoming(property_, len(found), tuple(found)) for property_, found in subjects.items()]
