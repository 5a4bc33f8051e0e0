"""Families of short texts whose evaluation wants all time or all memory there is."""

from __future__ import annotations

from travaux_server.selftest.family import Family

WIDTHS = (2, 3, 5, 8)
DOUBLINGS = (10, 22, 30, 60)
REGEXES = (
    "^(a+)+$",
    "(a|a)*b",
    "(.*)*x",
    "(x+x+)+y",
    "((a{1,100}){1,100}){1,100}",
    "(\\\\w+\\\\s*)*$",
    "a{60000}",
    "[\\\\p{L}--a-z]*",
    "(?i)((((((((a*)*)*)*)*)*)*)*)",
)


def product(width: int) -> str:
    """A cross join of everything with itself."""
    return " ".join(f"?a{number} ?b{number} ?c{number} ." for number in range(width))


def doubled(step: str, core: str = "'0123456789'", result: str = "STRLEN(?a{n})") -> Family:
    """A value that each step makes twice as long; `{n}` in a step is the value before."""

    def make(size: int) -> str:
        steps = "".join(
            f" BIND({step.replace('{n}', f'?a{number}')} AS ?a{number + 1})" for number in range(size)
        )
        return f"SELECT ({result.replace('{n}', str(size))} AS ?x) {{BIND({core} AS ?a0){steps}}}"

    return Family(f"doubling by {step} into {result}", make, DOUBLINGS)


def wide(name: str, before: str, after: str) -> Family:
    """A product of everything between two pieces of text."""
    return Family(name, lambda width: before + product(width) + after, WIDTHS)


def _values(size: int) -> str:
    rows = " ".join(str(number) for number in range(40))
    return "SELECT * {" + " ".join(f"VALUES ?v{number} {{{rows}}}" for number in range(size)) + "}"


def _paths(size: int) -> str:
    steps = " ".join(f"?x{number} (<urn:p>|!<urn:p>|^!<urn:p>)* ?x{number + 1} ." for number in range(size))
    return f"SELECT (COUNT(*) AS ?n) {{{steps}}}"


def _closures(size: int) -> str:
    return "SELECT * {?s " + "(" * size + "<urn:p>|!<urn:p>" + ")*" * size + " ?o}"


def _regex(number: int) -> str:
    pattern = REGEXES[number]
    return (
        f"SELECT * {{?s ?p ?o BIND(REPLACE(CONCAT(STR(?s), STR(?o)), '[^b]', 'a') AS ?t) "
        f"FILTER REGEX(CONCAT(?t, ?t, ?t, ?t, 'b'), '{pattern}')}}"
    )


def _tower(size: int) -> str:
    return "SELECT * {" + "{SELECT DISTINCT * {" * size + product(3) + "}}" * size + "} ORDER BY ?a0"


def _unions(size: int) -> str:
    return "SELECT * {" + " ".join(f"{{?a{n} ?b ?c}} UNION {{?c ?b ?a{n}}}" for n in range(size)) + "}"


FAMILIES = (
    wide("cross join", "SELECT * {", "}"),
    wide("count of a cross join", "SELECT (COUNT(*) AS ?n) {", "}"),
    wide("distinct count", "SELECT (COUNT(DISTINCT *) AS ?n) {", "}"),
    wide("order by, limit 1", "SELECT * {", "} ORDER BY ?a0 DESC(?c1) LIMIT 1"),
    wide("order by of a string", "SELECT * {", "} ORDER BY CONCAT(STR(?a0), STR(?c1))"),
    wide("distinct", "SELECT DISTINCT * {", "} OFFSET 100000000 LIMIT 1"),
    wide("group by", "SELECT ?a0 ?c1 (COUNT(*) AS ?n) {", "} GROUP BY ?a0 ?b0 ?c0 ?a1 ?b1 ?c1"),
    wide("group concat", "SELECT (STRLEN(GROUP_CONCAT(?a0)) AS ?n) {", "}"),
    wide("group concat, distinct", "SELECT (GROUP_CONCAT(DISTINCT CONCAT(?a0,?a1)) AS ?n) {", "}"),
    wide("construct", "CONSTRUCT {?a0 ?b1 ?c1} WHERE {", "}"),
    wide("describe", "DESCRIBE * {", "}"),
    wide("ask of the impossible", "ASK {", " FILTER(?a0 = 'x' && ?c1 = 'y')}"),
    wide("absence", "ASK {?s ?p ?o FILTER NOT EXISTS {", " FILTER(STR(?a0) = STR(?s) && false)}}"),
    wide("difference", "SELECT * {?a0 ?p ?o MINUS {", "}}"),
    wide("option", "SELECT * {?s ?p ?o OPTIONAL {", "}} ORDER BY ?o"),
    wide("regex over a cross join", "SELECT * {", " FILTER REGEX(CONCAT(STR(?a0),STR(?c1)),'(z+)+$')}"),
    wide("hashes", "SELECT (SHA512(CONCAT(STR(?a0),STR(?c1))) AS ?h) {", "} ORDER BY ?h"),
    wide("new nodes", "SELECT (BNODE() AS ?x) (UUID() AS ?y) {", "} ORDER BY ?y"),
    doubled("CONCAT({n}, {n})"),
    doubled("CONCAT({n}, {n})", result="SHA512(?a{n})"),
    doubled("CONCAT({n}, {n})", result="?a{n}"),
    doubled("REPLACE({n}, '(.)', '$1$1')"),
    doubled("REPLACE({n}, '.', {n})", core="'aaaa'"),
    doubled("ENCODE_FOR_URI({n})", core="'%%%%%%%%'"),
    doubled("STRAFTER(CONCAT('x', {n}, {n}), 'x')"),
    doubled("IRI(CONCAT('urn:', STR({n}), STR({n})))", core="'a'", result="?a{n}"),
    doubled("{n} * {n}", core="7", result="?a{n}"),
    Family("values product", _values, (1, 2, 3, 6)),
    Family("paths over everything", _paths, (1, 2, 4, 20)),
    Family("closures of closures", _closures, (1, 4, 8, 40)),
    Family("regular expressions", _regex, tuple(range(len(REGEXES)))),
    Family("tower of distinct subselects", _tower, (1, 3, 10, 40)),
    Family("tower of unions", _unions, (2, 6, 12, 40)),
)
