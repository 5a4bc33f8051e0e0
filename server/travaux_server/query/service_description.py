"""The endpoint's description of itself (SPARQL 1.1 Service Description), as a query that constructs it."""

from __future__ import annotations

import json

from travaux_server.engine import INCOMING_TRIPLES
from travaux_server.http.negotiate import GRAPHS, SOLUTIONS
from travaux_server.service import Service

FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "nq": "N-Quads",
    "trig": "TriG",
}
"""The W3C's name of each format (http://www.w3.org/ns/formats/), by the short name of the variant."""
GRAPH_STORE_PROTOCOL = "http://www.w3.org/TR/sparql11-http-rdf-update/"
PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
HEAD = """\
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX format: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def describe_service(service: Service) -> str:
    """A CONSTRUCT query whose result is the description: formats, features and graphs that are really there.

    Every node has an IRI; those of the description itself are fragments of the endpoint's URL. For the graph
    store, which the vocabulary of service descriptions has no term for, that of DCAT is taken. What the
    release says of its endpoint, under the IRI that it has for good, comes along.
    """
    endpoint = service.settings.endpoint
    store = service.settings.graph_store
    manifest, data = service.release.manifest, service.release.iris.dataset
    formats = ", ".join(f"format:{FORMATS[variant.name]}" for variant in (*SOLUTIONS, *GRAPHS))
    lines = [
        f"<{endpoint}> a sd:Service, dcat:DataService ; sd:endpoint <{endpoint}> ;",
        "  sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;",
        "  sd:defaultEntailmentRegime <http://www.w3.org/ns/entailment/Simple> ;",
        f"  sd:resultFormat {formats} ; sd:defaultDataset <{endpoint}#dataset> ;",
        f"  dcat:endpointURL <{endpoint}> ; dcat:endpointDescription <{service.settings.url}/openapi.json> ;",
        f"  dcterms:conformsTo <{PROTOCOL}> ; rdfs:seeAlso <{store}> ; dcat:servesDataset <{data}> ;",
        f"  dcterms:title {json.dumps(f'SPARQL endpoint of {manifest.title}')}@en ;",
        f"  dcterms:license <{manifest.licence}> ;",
        f"  rdfs:comment {json.dumps(_comment(service))}@en .",
        f"<{store}> a dcat:DataService ; dcat:endpointURL <{store}> ; dcat:servesDataset <{data}> ;",
        f"  dcterms:title {json.dumps(f'Graph store of {manifest.title}')}@en ;",
        f"  dcterms:license <{manifest.licence}> ; dcterms:conformsTo <{GRAPH_STORE_PROTOCOL}> .",
        f"<{PROTOCOL}> a dcterms:Standard . <{GRAPH_STORE_PROTOCOL}> a dcterms:Standard .",
        f"<{manifest.licence}> a dcterms:LicenseDocument .",
        f"<{data}> a dcat:Dataset ; dcterms:title {json.dumps(manifest.title)}@en ;",
        f"  dcterms:description {json.dumps(manifest.description)}@en .",
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
    told = f"<{service.release.iris.sparql}> ?property ?value"
    return HEAD + "CONSTRUCT {\n" + "\n".join(lines) + f"\n{told} }} WHERE {{ OPTIONAL {{ {told} }} }}\n"


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
