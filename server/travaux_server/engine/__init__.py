"""The engine: SPARQL queries over one release, evaluated by bounded worker processes."""

from travaux_server.engine.answer import (
    INCOMING_TRIPLES,
    SOLUTIONS_JSON,
    Answer,
    Term,
    boolean_of,
    columns_of,
    rows_of,
)
from travaux_server.engine.engine import Engine, Result
from travaux_server.engine.errors import (
    EngineBusy,
    EngineDown,
    MalformedQuery,
    NotRepresentable,
    QueryError,
    QueryRefused,
    QueryTimedOut,
    QueryTooCostly,
    QueryTooLarge,
)
from travaux_server.engine.limits import die_with
from travaux_server.engine.reading import NotReadable, Quad, Triple, read_quads

__all__ = [
    "INCOMING_TRIPLES",
    "SOLUTIONS_JSON",
    "Answer",
    "Engine",
    "EngineBusy",
    "EngineDown",
    "MalformedQuery",
    "NotReadable",
    "NotRepresentable",
    "Quad",
    "QueryError",
    "QueryRefused",
    "QueryTimedOut",
    "QueryTooCostly",
    "QueryTooLarge",
    "Result",
    "Term",
    "Triple",
    "boolean_of",
    "columns_of",
    "die_with",
    "read_quads",
    "rows_of",
]
