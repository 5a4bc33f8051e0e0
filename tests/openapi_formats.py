"""What schemathesis loads to make values of the formats that a JSON Schema cannot spell out."""

from __future__ import annotations

import schemathesis
from hypothesis import strategies

QUERIES = (
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT ?x { VALUES ?x { 1 'a'@en <urn:x> UNDEF } }",
    "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3",
    "DESCRIBE <https://example.org/garden/id/plant/apple>",
)
GRAPHS = ("https://example.org/garden/graph/record", "https://example.org/garden/graph/links", "urn:x:none")

schemathesis.openapi.format("sparql-query", strategies.sampled_from(QUERIES))
schemathesis.openapi.format("iri", strategies.sampled_from(GRAPHS))
