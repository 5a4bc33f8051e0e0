"""The JSON that the API takes and gives, as JSON Schemas for its OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SPARQL: Schema = {"type": "string", "format": "sparql-query", "description": "A SPARQL 1.1 query"}
IRI: Schema = {"type": "string", "format": "iri", "description": "An absolute IRI"}
ANY: Schema = {}
"""What is no JSON is described by its media type alone."""


def members(required: str = "", **properties: Schema) -> Schema:
    """An object with these members and no others; `required` names some of them, apart by spaces."""
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | {"required": required.split()} if required else made


TERM = members(
    "type value",
    type={"enum": ["uri", "literal", "bnode", "triple"]},
    value=ANY,
    **{"xml:lang": TEXT, "datatype": TEXT},
)
RESULTS = {
    "description": "SPARQL 1.1 Query Results JSON",
    "oneOf": [
        members(
            "head results",
            head=members("vars", vars={"type": "array", "items": TEXT}),
            results=members(
                "bindings",
                bindings={"type": "array", "items": {"type": "object", "additionalProperties": TERM}},
            ),
        ),
        members("head boolean", head=members(), boolean={"type": "boolean"}),
    ],
}
PROBLEM = {
    "description": "Problem details (RFC 9457)",
    **members(
        "type status title",
        type=TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        title=TEXT,
        detail=TEXT,
        hint=TEXT,
        line={"type": "integer", "minimum": 1},
        column={"type": "integer", "minimum": 1},
        variants={"type": "array", "items": TEXT},
        retry_after={"type": "integer", "minimum": 1},
    ),
}
HEALTH = {
    "type": "object",
    "required": ["status", "release", "triples", "workers", "uptime"],
    "properties": {
        "status": {"enum": ["ok", "down"]},
        "release": TEXT,
        "triples": COUNT,
        "workers": COUNT,
        "uptime": {"type": "number", "minimum": 0},
    },
}
SCHEMAS = {"Results": RESULTS, "Problem": PROBLEM, "Health": HEALTH}


def reference(name: str) -> Schema:
    """A reference to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}
