"""Families that reach out: every way to make an engine fetch something, and every door of an update."""

from __future__ import annotations

from travaux_server.selftest.family import TRAP, Family

QUERIES = (
    f"SELECT * {{SERVICE <{TRAP}> {{?s ?p ?o}}}}",
    f"SELECT * {{SERVICE SILENT <{TRAP}> {{?s ?p ?o}}}}",
    f"SELECT * {{sErViCe#comment\n<{TRAP}> {{?s ?p ?o}}}}",
    f"SELECT * {{SERVICE\t\r\n<{TRAP}>{{}}}}",
    f"BASE <{TRAP}> SELECT * {{SERVICE <x> {{?s ?p ?o}}}}",
    f"PREFIX t: <{TRAP}> SELECT * {{SERVICE t:x {{?s ?p ?o}}}}",
    f"PREFIX : <{TRAP}> SELECT * {{SERVICE : {{?s ?p ?o}}}}",
    f"SELECT * {{VALUES ?w {{<{TRAP}>}} SERVICE ?w {{?s ?p ?o}}}}",
    f"SELECT * {{BIND(IRI('{TRAP}') AS ?w) SERVICE SILENT ?w {{?s ?p ?o}}}}",
    f"ASK {{FILTER EXISTS {{SERVICE <{TRAP}> {{}}}}}}",
    f"ASK {{FILTER NOT EXISTS {{SERVICE SILENT <{TRAP}> {{}}}}}}",
    f"SELECT * {{?s ?p ?o OPTIONAL {{SERVICE <{TRAP}> {{?s ?p ?o}}}}}}",
    f"SELECT * {{{{}} UNION {{SERVICE <{TRAP}> {{?s ?p ?o}}}}}}",
    f"SELECT * {{?s ?p ?o MINUS {{SERVICE <{TRAP}> {{?s ?p ?o}}}}}}",
    f"SELECT * {{{{SELECT * {{SERVICE <{TRAP}> {{?s ?p ?o}}}}}}}}",
    f"SELECT * {{GRAPH ?g {{SERVICE <{TRAP}> {{?s ?p ?o}}}}}}",
    f"CONSTRUCT {{?s ?p ?o}} WHERE {{SERVICE <{TRAP}> {{?s ?p ?o}}}}",
    f"DESCRIBE ?s {{SERVICE <{TRAP}> {{?s ?p ?o}}}}",
    f"SELECT * {{SERVICE <{TRAP}\\u0061> {{?s ?p ?o}}}}",
    f"\\u0053ELECT * {{\\u0053ERVICE <{TRAP}> {{?s ?p ?o}}}}",
    f"SELECT * {{?s ?p 'a\\'b' SERVICE <{TRAP}> {{}}}}",
    f"SELECT * {{?s ?p '''a\\''' SERVICE <{TRAP}> {{}}}}",
    f"SELECT * {{?s ?p true.SERVICE <{TRAP}> {{}}}}",
    f"SELECT * {{FILTER(?a < 3) SERVICE <{TRAP}> {{}} FILTER(?b > 2)}}",
    f"SELECT * FROM <{TRAP}> {{?s ?p ?o}}",  # noqa: S608 - SPARQL, and hostile on purpose
    f"SELECT * FROM NAMED <{TRAP}> {{GRAPH ?g {{?s ?p ?o}}}}",  # noqa: S608
    f"SELECT * {{GRAPH <{TRAP}> {{?s ?p ?o}}}}",
    f"DESCRIBE <{TRAP}>",
    f"CONSTRUCT WHERE {{<{TRAP}> ?p ?o}}",
    f"LOAD <{TRAP}>",
    f"LOAD SILENT <{TRAP}> INTO GRAPH <urn:g>",
    f"lOaD#x\n<{TRAP}>",
    f"PREFIX x: <urn:> LOAD <{TRAP}>",
    f"ASK {{}} ; LOAD <{TRAP}>",
    f"SELECT * {{}} LOAD <{TRAP}>",
    "INSERT DATA {<urn:s> <urn:p> <urn:o>}",
    "DELETE WHERE {?s ?p ?o}",
    "DELETE {?s ?p ?o} INSERT {?s ?p 1} WHERE {?s ?p ?o}",
    "WITH <urn:g> DELETE {?s ?p ?o} WHERE {?s ?p ?o}",
    "CLEAR ALL",
    "DROP SILENT ALL",
    "CREATE GRAPH <urn:g>",
    "ADD DEFAULT TO <urn:g>",
    "MOVE DEFAULT TO <urn:g>",
    "COPY DEFAULT TO <urn:g>",
    "SELECT * {} ; DROP ALL",
    f"SELECT * {{?s ?p ?o FILTER(<{TRAP}>(?o))}}",
    f"SELECT (<{TRAP}>(1) AS ?x) {{}}",
    "SELECT (<http://www.w3.org/2001/XMLSchema#string>(<file:///etc/passwd>) AS ?x) {}",
    "SELECT * FROM <file:///etc/passwd> {?s ?p ?o}",
    "SELECT * {SERVICE <file:///etc/passwd> {?s ?p ?o}}",
)


def _nested(size: int) -> str:
    return "SELECT * {" + "OPTIONAL {" * size + f"SERVICE <{TRAP}> {{?s ?p ?o}}" + "}" * size + "}"


def _many(size: int) -> str:
    return "SELECT * {" + f"SERVICE SILENT <{TRAP}> {{?s ?p ?o}} " * size + "}"


FAMILIES = (
    Family("reaching out", QUERIES.__getitem__, tuple(range(len(QUERIES)))),
    Family("service below options", _nested, (1, 10, 90)),
    Family("many services", _many, (2, 20, 200)),
)
