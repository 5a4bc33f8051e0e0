"""The endpoint's description of itself (SPARQL 1.1 Service Description), as a query that constructs it."""

from __future__ import annotations

import json

from travaux_server.engine import INCOMING_TRIPLES
from travaux_server.service import Service

FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
    "N-Quads",
    "TriG",
)
HEAD = """\
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX format: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def describe_service(service: Service) -> str:
    """A CONSTRUCT query whose result is the description: formats, features and graphs that are really there.

    Every node has an IRI; those of the description itself are fragments of the endpoint's URL.
    """
    endpoint = service.settings.endpoint
    manifest = service.release.manifest
    formats = ", ".join(f"format:{name}" for name in FORMATS)
    lines = [
        f"<{endpoint}> a sd:Service ; sd:endpoint <{endpoint}> ; sd:supportedLanguage sd:SPARQL11Query ;",
        f"  sd:feature sd:UnionDefaultGraph ; sd:resultFormat {formats} ;",
        f"  rdfs:comment {json.dumps(_comment(service))}@en ;",
        f"  sd:defaultDataset <{endpoint}#dataset> .",
        f"<{endpoint}#dataset> a sd:Dataset ; sd:defaultGraph <{endpoint}#default-graph> .",
        f"<{endpoint}#default-graph> a sd:Graph ; void:triples {manifest.triples} .",
    ]
    for graph in manifest.graphs:
        node = f"<{endpoint}#graph-{graph.name}>"
        lines += [
            f"<{endpoint}#dataset> sd:namedGraph {node} .",
            f"{node} a sd:NamedGraph ; sd:name <{graph.iri}> ; sd:graph <{graph.iri}> .",
            f"<{graph.iri}> a sd:Graph ; void:triples {graph.triples} .",
        ]
    return HEAD + "CONSTRUCT {\n" + "\n".join(lines) + "\n} WHERE {}\n"


def _comment(service: Service) -> str:
    """What the vocabulary of service descriptions has no terms for."""
    settings = service.settings
    return (
        "The default graph is the RDF merge of all named graphs. DESCRIBE gives a concise bounded "
        "description: the triples about each thing; for things named under the base of this data set also "
        f"up to {INCOMING_TRIPLES} triples that lead to it; and the labels of all that these name. A query "
        f"may take {settings.deadline:g} s, waiting included, and its answer have {settings.answer_rows:,} "
        f"rows and {settings.answer_bytes:,} bytes; beyond that there is an error, never part of an answer. "
        f"Of queries that take longer than {settings.short_seconds:g} s, {settings.long_queries} are "
        "evaluated at a time."
    )
