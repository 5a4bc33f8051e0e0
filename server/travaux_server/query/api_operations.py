"""The parts of an interface description: operations, their parameters, and the answers they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from travaux_server.http.negotiate import HTML, RESULTS_JSON, SOLUTIONS, Variant
from travaux_server.query.api_schemas import ANY, TEXT, Schema, reference

REASONS = {
    400: "The request is malformed: what, where, and what to do",
    404: "Not there",
    406: "None of the types accepted can be given; those on offer are named",
    410: "It was there and is gone: why, and what replaced it",
    413: "Too large",
    415: "A body of this type is not read",
    431: "Too long for a URL: send it by POST",
    429: "Too much was asked in too short a time",
    503: "Too costly, or no place is free just now",
}
NOT_MODIFIED = {"description": "The client has this already (If-None-Match)"}


def operation(
    name: str, summary: str, responses: Mapping[str, Any], parameters: Sequence[Schema], *statuses: int
) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {**responses, **refusals(*statuses)},
    }


def refusals(*statuses: int) -> Schema:
    content = {"application/problem+json": {"schema": reference("Problem")}}
    content |= {"text/plain": {"schema": TEXT}, HTML.media_type: {"schema": TEXT}}
    return {
        str(status): {"description": REASONS[status], "content": content}
        for status in sorted({*statuses, 429})
    }


def answer(description: str, variants: Sequence[Variant]) -> Schema:
    content: dict[str, Schema] = {}
    for variant in variants:
        for media_type in (variant.media_type, *variant.also):
            is_results = variant in SOLUTIONS and variant.name == RESULTS_JSON.name
            content.setdefault(media_type, {"schema": reference("Results") if is_results else ANY})
    return {"description": description, "content": content}


def in_path(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def in_query(name: str, schema: Schema, is_required: bool) -> Schema:
    description = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": "query", "required": is_required, **description, "schema": schema}
