"""What the engine gives back: an answer written in a media type, or its rows as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

SOLUTIONS_JSON = "application/sparql-results+json"
"""The media type that `rows_of` and `columns_of` read."""

INCOMING_TRIPLES = 500
"""Triples that lead to a thing which its description (DESCRIBE) holds at most; the rest can be asked for."""


@dataclass(frozen=True)
class Answer:
    """A whole answer, complete before its first byte is sent.

    `body` is in `media_type`: the one asked for solutions if `kind` is `solutions` or `boolean`, the one
    asked for graphs if it is `graph`. `release` is the version asked. `queued` is how long the query waited,
    `seconds` how long it was evaluated, `serialized` how long its answer was written. Solutions are written
    while they are found, which counts as evaluation; only what is done to them afterwards is counted apart.
    """

    kind: Literal["solutions", "boolean", "graph"]
    media_type: str
    body: bytes
    release: str
    seconds: float
    queued: float = 0.0
    serialized: float = 0.0
    total: int | None = None
    """Number of all rows, when only the first ones were asked for."""


@dataclass(frozen=True)
class Term:
    """An RDF term of a row: an IRI, a blank node (its label), or a literal with datatype or language."""

    kind: Literal["iri", "literal", "blank"]
    value: str
    datatype: str = ""
    language: str = ""


KINDS: dict[str, Literal["iri", "literal", "blank"]] = {
    "uri": "iri",
    "literal": "literal",
    "typed-literal": "literal",
    "bnode": "blank",
}


def columns_of(body: bytes) -> list[str]:
    """Names of the variables, in order, of SPARQL 1.1 Query Results JSON."""
    return [str(name) for name in json.loads(body)["head"].get("vars", [])]


def rows_of(body: bytes, limit: int | None = None) -> list[dict[str, Term]]:
    """The rows, at most `limit`, of SPARQL 1.1 Query Results JSON; a row leaves out what is unbound."""
    bindings = json.loads(body)["results"]["bindings"]
    return [{name: _term(value) for name, value in row.items()} for row in bindings[:limit]]


def boolean_of(body: bytes) -> bool:
    """The answer to ASK, of SPARQL 1.1 Query Results JSON."""
    return bool(json.loads(body)["boolean"])


def _term(value: dict[str, Any]) -> Term:
    kind = KINDS.get(value["type"])
    if kind is None:
        return Term("literal", json.dumps(value["value"], ensure_ascii=False))
    return Term(kind, value["value"], value.get("datatype", ""), value.get("xml:lang", ""))
