"""Families that nest: what has ended parsers that recurse, closed and left open."""

from __future__ import annotations

from dataclasses import dataclass

from travaux_server.selftest.family import Family

SIZES = (20, 95, 400, 1_000, 3_000, 9_000)
"""The second is about as deep as the guard lets pass; from the third on the engine's parser may end."""


@dataclass(frozen=True)
class Nest:
    """`opening` stands as many times as the size says, `closing` as many times behind the core."""

    name: str
    before: str
    opening: str
    core: str
    closing: str
    after: str

    def closed(self, size: int) -> str:
        return self.before + self.opening * size + self.core + self.closing * size + self.after

    def unclosed(self, size: int) -> str:
        return self.before + self.opening * size


EXPRESSIONS = {
    "sums": ("SUM(", "1", ")"),
    "strings": ("STR(", "1", ")"),
    "parentheses": ("(", "1", ")"),
    "negations": ("!", "true", ""),
    "signs": ("- ", "1", ""),
    "conditions": ("IF(true,", "1", ",2)"),
    "first values": ("COALESCE(", "1", ")"),
    "concatenations": ("CONCAT(", "'a'", ",'b')"),
    "memberships": ("1 IN (", "1", ")"),
    "additions": ("1+(", "1", ")"),
    "disjunctions": ("true||(", "true", ")"),
    "groupings": ("GROUP_CONCAT(DISTINCT ", "'a'", ")"),
    "casts": ("xsd:string(", "1", ")"),
    "existence in brackets": ("(EXISTS {FILTER ", "(true)", "})"),
}
PATTERNS = {
    "groups": ("{", "", "}"),
    "options": ("OPTIONAL {", "?s ?p ?o", "}"),
    "differences": ("?s ?p ?o MINUS {", "?s ?p ?o", "}"),
    "existence": ("FILTER EXISTS {", "?s ?p ?o", "}"),
    "absence": ("FILTER NOT EXISTS {", "?s ?p ?o", "}"),
    "graphs": ("GRAPH ?g {", "?s ?p ?o", "}"),
    "subselects": ("{SELECT * {", "?s ?p ?o", "}}"),
    "counting subselects": ("{SELECT (COUNT(*) AS ?n) {", "?s ?p ?o", "}}"),
    "unions": ("{{?s ?p ?o} UNION ", "{}", "}"),
    "services": ("SERVICE SILENT <http://trap.invalid/> {", "", "}"),
    "lets": ("{BIND(1 AS ?x) ", "", "}"),
}
TERMS = {
    "collections": ("?s ?p ", "(", "1", ")"),
    "blank nodes": ("?s ?p ", "[<urn:p> ", "1", "]"),
    "quoted triples": ("", "<<", "<urn:s>", " <urn:p> 1>>", " ?p ?o"),
    "triple terms": ("?s ?p ", "<<(<urn:s> <urn:p> ", "1", ")>>"),
    "closures": ("?s ", "(", "<urn:p>", ")*", " ?o"),
    "inverses": ("?s ", "^(", "<urn:p>", ")", " ?o"),
    "options of paths": ("?s ", "(", "<urn:p>", ")?/<urn:q>", " ?o"),
    "negated sets": ("?s ", "!(", "<urn:p>", ")", " ?o"),
    "alternatives of paths": ("?s ", "(<urn:q>|", "<urn:p>", ")+", " ?o"),
}
NESTS = (
    *(
        Nest(name, "SELECT (", opening, core, closing, " AS ?x) {}")
        for name, (opening, core, closing) in EXPRESSIONS.items()
    ),
    *(
        Nest(name, "SELECT * {", opening, core, closing, "}")
        for name, (opening, core, closing) in PATTERNS.items()
    ),
    *(
        Nest(name, "SELECT * {" + parts[0], parts[1], parts[2], parts[3], "".join(parts[4:]) + "}")
        for name, parts in TERMS.items()
    ),
)
FAMILIES = tuple(
    family
    for nest in NESTS
    for family in (
        Family(f"nested {nest.name}", nest.closed, SIZES),
        Family(f"nested {nest.name}, unclosed", nest.unclosed, SIZES),
    )
)
