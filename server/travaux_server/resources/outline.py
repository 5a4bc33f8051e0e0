"""What links and documents have to know of a thing before all of it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from travaux_server.engine import MalformedQuery, Term
from travaux_server.http.problems import BadRequest
from travaux_server.per_release import once_per_release
from travaux_server.resources.addresses import is_iri
from travaux_server.service import Service

UNREADABLE = "\ufffd"
"""Stands in a decoded path for each byte that is no UTF-8."""
MOST_MEMBERS = 10_000
"""Members of a collection that are looked at."""
MOST_KEPT = 1_000
"""Outlines that are remembered."""
PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
ITEM = "skos:member|dcterms:hasPart|dcat:distribution|^skos:inScheme|^dcterms:isPartOf"
"""From a collection to what it holds, in the words of standard vocabularies."""
COLLECTION = "^skos:member|^dcterms:hasPart|^dcat:distribution|skos:inScheme|dcterms:isPartOf"
SOURCE = "prov:wasDerivedFrom|dcterms:source|oa:hasSource|prov:wasDerivedFrom/oa:hasSource"
"""From a thing to the passages that it rests on, and to the documents in which these stand."""


@dataclass(frozen=True)
class Outline:
    """A thing in outline: the IRIs of its classes, members, collections, sources, and of the graphs about it.

    `incoming` is the number of triples that lead to it.
    """

    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    incoming: int = 0


def outline_of(service: Service, iri: str) -> Outline | None:
    """The outline of a thing; None if the release says nothing about it.

    Raises `QueryError`, and `BadRequest` for what is not UTF-8.
    """
    if UNREADABLE in iri:
        raise BadRequest("the path is not UTF-8 when percent-decoded", "send UTF-8")
    kept = _kept(service)
    if iri in kept:
        return kept[iri]
    found = _ask(service, iri) if is_iri(iri) else None
    if found is not None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[iri] = found
    return found


def _ask(service: Service, iri: str) -> Outline | None:
    try:
        rows = service.engine.rows(_query(iri))
    except MalformedQuery:  # the engine refuses more characters in an IRI than the grammar does
        return None
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["found"].kind != "blank":
            found.setdefault(row["role"].value, []).append(row["found"].value)
    if "graph" not in found:
        return None
    own = service.release.iris.base

    def iris(role: str) -> tuple[str, ...]:
        return tuple(sorted(found.get(role, ()), key=lambda iri: (not iri.startswith(own), iri)))

    return Outline(
        types=iris("type"),
        items=iris("item"),
        collections=iris("collection"),
        sources=iris("source"),
        graphs=iris("graph"),
        incoming=int(found["incoming"][0]),
    )


@once_per_release
def _kept(_service: Service) -> dict[str, Outline]:
    """Outlines asked for lately, by IRI: who asks for a thing asks for the document about it next."""
    return {}


@once_per_release
def makers_of(service: Service) -> tuple[str, ...]:
    """The IRIs of who made the data set or, for want of them, of who publishes it. Raises `QueryError`."""
    rows = service.engine.rows(
        f"{PREFIXES} SELECT DISTINCT ?creator ?publisher WHERE {{ "
        f"{{ <{service.release.iris.dataset}> dcterms:creator ?creator }} "
        f"UNION {{ <{service.release.iris.dataset}> dcterms:publisher ?publisher }} }}"
    )
    return _named(rows, "creator") or _named(rows, "publisher")


def _named(rows: Iterable[dict[str, Term]], column: str) -> tuple[str, ...]:
    return tuple(sorted(row[column].value for row in rows if column in row and row[column].kind == "iri"))


def _query(iri: str) -> str:
    return f"""{PREFIXES}
    SELECT DISTINCT ?role ?found WHERE {{
      {{ <{iri}> a ?found BIND("type" AS ?role) }}
      UNION {{ {{ SELECT ?found {{ <{iri}> {ITEM} ?found }} LIMIT {MOST_MEMBERS} }} BIND("item" AS ?role) }}
      UNION {{ <{iri}> {COLLECTION} ?found BIND("collection" AS ?role) }}
      UNION {{ <{iri}> {SOURCE} ?found BIND("source" AS ?role) }}
      UNION {{
        {{ SELECT DISTINCT ?found WHERE {{ GRAPH ?found {{ <{iri}> ?property ?value }} }} }}
        BIND("graph" AS ?role)
      }}
      UNION {{
        {{ SELECT (COUNT(*) AS ?found) WHERE {{ ?subject ?property <{iri}> }} }} BIND("incoming" AS ?role)
      }}
    }}"""
