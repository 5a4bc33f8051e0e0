"""What the release says about one thing: as RDF for machines, as statements with their graphs for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from travaux_server.addresses import is_iri
from travaux_server.engine import SOLUTIONS_JSON, Engine, MalformedQuery, Term
from travaux_server.negotiate import RDF, Variant, by_name
from travaux_server.problems import BadRequest
from travaux_server.service import Service
from travaux_server.standard_terms import EXACT

UNREADABLE = "\ufffd"
"""Stands in a decoded path for each byte that is no UTF-8."""
INCOMING_TRIPLES = 10_000
"""Triples with the thing as object that its RDF holds at most; the rest is to be asked of the endpoint."""
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


def exists(engine: Engine, iri: str) -> bool:
    """Whether the release says anything about a thing. Raises `QueryError`, `BadRequest` for no UTF-8."""
    if UNREADABLE in iri:
        raise BadRequest("the path is not UTF-8 when percent-decoded", "send UTF-8")
    try:
        return is_iri(iri) and bool(
            engine.rows(f"SELECT ?property WHERE {{ <{iri}> ?property ?value }} LIMIT 1")
        )
    except MalformedQuery:  # the engine refuses more characters in an IRI than the grammar does
        return False


def document_of(service: Service, iri: str, document: str, variant: Variant) -> bytes:
    """The RDF document about a thing, in a variant: the same triples in each. Raises `QueryError`.

    They are the thing's own, those of its parts (whose IRIs are its own with a fragment), those that lead to
    it, the labels of all that these name, and what the document says of itself.
    """
    manifest = service.release.manifest
    about = f"<{iri}>"
    part = f'FILTER(STRSTARTS(STR(?part), "{iri}#"))'
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    return service.engine.evaluate(
        f"""
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        PREFIX void: <http://rdfs.org/ns/void#>
        CONSTRUCT {{
          ?subject ?property ?value .
          ?named {label} ?label .
          <{document}> a foaf:Document ; foaf:primaryTopic {about} ;
            void:inDataset <{service.release.iris.dataset}> ; dcterms:license <{manifest.licence}> .
        }} WHERE {{
          {{ {about} ?property ?value BIND({about} AS ?subject) }}
          UNION {{ {about} ?to ?part {part} ?part ?property ?value BIND(?part AS ?subject) }}
          UNION {{
            {{ SELECT ?subject ?property WHERE {{ ?subject ?property {about} }}
               ORDER BY ?subject ?property LIMIT {INCOMING_TRIPLES} }}
            BIND({about} AS ?value)
          }}
          UNION {{ {about} ?to ?named . ?named {label} ?label }}
          UNION {{ {about} ?to ?part {part} ?part ?from ?named . ?named {label} ?label }}
          UNION {{
            {{ SELECT ?named ?from WHERE {{ ?named ?from {about} }}
               ORDER BY ?named ?from LIMIT {INCOMING_TRIPLES} }}
            ?named {label} ?label
          }}
        }}
        """,
        solutions=SOLUTIONS_JSON,
        graph=by_name(variant.name, RDF).media_type,
    ).body


def graph_of(service: Service, graphs: Sequence[str], variant: Variant) -> bytes:
    """All triples of some graphs, in a variant. Raises `QueryError`."""
    return service.engine.evaluate(
        "CONSTRUCT { ?subject ?property ?value } WHERE { ?subject ?property ?value }",
        solutions=SOLUTIONS_JSON,
        graph=by_name(variant.name, RDF).media_type,
        default_graphs=tuple(graphs),
        named_graphs=(),
    ).body


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
