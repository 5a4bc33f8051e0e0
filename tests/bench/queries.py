"""The twelve queries, each for one thing that endpoints are asked to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
PREFIXES = {
    "tv": "https://w3id.org/travaux/ontology#",
    "theme": "https://w3id.org/travaux/id/theme/",
    "r": "https://w3id.org/travaux/id/recommendation/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
}
RECOMMENDATION = re.compile(r"<https://w3id\.org/travaux/id/recommendation/(gcm-1-([a-z])-(\d+))>")
LISTED = 50
"""How many recommendations the last query lists."""


@dataclass(frozen=True)
class Query:
    """A query, and the media type that its answer is asked for in."""

    name: str
    text: str
    accept: str = RESULTS


TEXTS = {
    "ASK {}": "ASK {}",
    "one resource": "SELECT ?property ?value { r:gcm-1-k-10 ?property ?value }",
    "describe": "DESCRIBE r:gcm-1-k-10",
    "join of four": """SELECT ?recommendation ?theme ?area {
  ?recommendation tv:theme ?about ; tv:area ?in .
  ?about rdfs:label ?theme .
  ?in rdfs:label ?area
  FILTER(LANG(?theme) = "en" && LANG(?area) = "en")
} LIMIT 100""",
    "regex": """SELECT ?thing ?title {
  ?thing dcterms:title ?title FILTER(REGEX(?title, "detention|border", "i"))
}""",
    "group by": """SELECT ?theme (COUNT(?contribution) AS ?contributions) {
  ?contribution tv:theme ?theme
} GROUP BY ?theme""",
    "property path": "SELECT DISTINCT ?contribution { ?contribution tv:theme/skos:broader* theme:detention }",
    "order, limit": "SELECT ?thing ?label { ?thing rdfs:label ?label } ORDER BY ?label ?thing LIMIT 20",
    "optional": """SELECT ?recommendation ?title ?instrument {
  ?recommendation a tv:Recommendation ; dcterms:title ?title
  OPTIONAL { ?recommendation tv:invokes ?instrument }
} LIMIT 100""",
    "count all": "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }",
    "autocomplete": """SELECT DISTINCT ?thing ?label {
  ?thing rdfs:label ?label FILTER(STRSTARTS(LCASE(STR(?label)), "mig"))
} LIMIT 10""",
}
VALUES = "VALUES of 50"


def twelve_queries(triples: str) -> tuple[Query, ...]:
    """The queries; the last lists the first fifty recommendations found in `triples` (N-Triples)."""
    found = {match[1]: (match[2], int(match[3])) for match in RECOMMENDATION.finditer(triples)}
    names = " ".join(f"r:{name}" for name in sorted(found, key=lambda name: found[name])[:LISTED])
    values = f"SELECT ?r ?title {{ VALUES ?r {{ {names} }} ?r dcterms:title ?title }}"
    texts = {**TEXTS, VALUES: values}
    return tuple(
        Query(name, _with_prefixes(text), TRIPLES if text.startswith("DESCRIBE") else RESULTS)
        for name, text in texts.items()
    )


def _with_prefixes(text: str) -> str:
    used = [f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if re.search(rf"\b{name}:", text)]
    return "".join(used) + text
