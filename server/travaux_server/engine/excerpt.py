"""The first rows of an answer, and how many there are: what a page can show."""

from __future__ import annotations

import json
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def excerpt(results: QuerySolutions, limit: int) -> tuple[bytes, int]:
    """At most `limit` rows as SPARQL 1.1 Query Results JSON, and the number of all rows."""
    names = [variable.value for variable in results.variables]
    bindings = []
    for solution in islice(results, limit):
        values = ((name, solution[name]) for name in names)
        bindings.append({name: _json(value) for name, value in values if value is not None})
    total = len(bindings) + sum(1 for _ in results)
    document = {"head": {"vars": names}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False).encode(), total


def _json(term: NamedNode | BlankNode | Literal | Triple) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        return {"type": "triple", "value": str(term)}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == XSD_STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
