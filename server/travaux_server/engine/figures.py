"""Counts of a whole release: asked often, slow to make, and the same as long as the release is."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock
from typing import Any

from travaux_build.release import Manifest
from travaux_server.tokens import Token, tokens

LONGEST = 600
"""Characters of a query that is looked at: the forms known here are short."""
MOST_ROWS = 5000
"""Classes or properties whose counts are kept; a release with more of them is asked each time."""
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
BY_PREDICATE = "SELECT ?key (COUNT(*) AS ?count) { ?subject ?key ?value } GROUP BY ?key"
BY_CLASS = f"SELECT ?key (COUNT(*) AS ?count) {{ ?subject {TYPE} ?key }} GROUP BY ?key"
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"

Evaluate = Callable[[str], bytes]


class Figures:
    """Puts the figures in place of the work in queries of exactly these forms, over all graphs:

    - `SELECT (COUNT(*) AS ?n) { ?s ?p ?o }`, also within `GRAPH <iri>`;
    - `SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p`, and the same of `?s a ?p`; with any order, limit
      and offset.

    `WHERE` may be written or not, `COUNT` may name any of the variables, PREFIX may stand before.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._graphs = {"": manifest.triples}
        self._graphs.update((f"<{graph.iri}>", graph.triples) for graph in manifest.graphs)
        self._tables: dict[str, str] = {}
        self._lock = Lock()

    def apply(self, text: str, evaluate: Evaluate) -> str:
        """A query with the same answer, which takes less; `text` itself if it is of another form.

        `evaluate` gives the answer to a query as SPARQL Results JSON. Raises what that raises.
        """
        if len(text) > LONGEST or "count" not in text.lower():
            return text
        found = _body(list(tokens(text)))
        total = _Reader(found)
        name = total.total()
        if name is not None and total.graph in self._graphs:
            triples = self._graphs[total.graph]
            return f'SELECT ("{triples}"^^{INTEGER} AS {name}) {{}}'
        grouped = _Reader(found)
        if not grouped.grouped():
            return text
        table = self._table(BY_CLASS if grouped.is_class else BY_PREDICATE, evaluate)
        if table:
            key, count = grouped.key, grouped.count
            tail = " ".join(token.text for token in found[grouped.at :])
            return f"SELECT {key} {count} {{ VALUES ({key} {count}) {{ {table} }} }} {tail}"
        return text

    def _table(self, query: str, evaluate: Evaluate) -> str:
        """The rows of a query as those of VALUES; empty if there are too many. Raises as a query does."""
        with self._lock:
            known = self._tables.get(query)
        if known is None:
            rows = json.loads(evaluate(query))["results"]["bindings"]
            known = " ".join(map(_row, rows)) if 0 < len(rows) <= MOST_ROWS else ""
            if any(row["key"]["type"] != "uri" for row in rows):
                known = ""
            with self._lock:
                self._tables[query] = known
        return known


class _Reader:
    """Reads tokens one after the other, against the forms that are known."""

    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self.at = 0
        self.graph = ""
        self.key = ""
        self.count = ""
        self.is_class = False
        self._variables: list[str] = []

    def total(self) -> str | None:
        """The variable of the count of all triples; None if this is another query."""
        if not (self._is("SELECT") and self._counted() and (self._is("WHERE") or True) and self._is("{")):
            return None
        if self._is("GRAPH"):
            if self._kind() != "iri":
                return None
            self.graph = self._next()
            if not self._is("{"):
                return None
        is_total = (
            self._pattern()
            and not self.is_class
            and self._is("}")
            and (not self.graph or self._is("}"))
            and self.at == len(self._found)
            and self._is_counted_variable()
        )
        return self.count if is_total else None

    def grouped(self) -> bool:
        """Whether this is a count of triples by property, or of things by class; `at` is then its tail."""
        if not (self._is("SELECT") and self._kind() == "variable"):
            return False
        self.key = self._next()
        if not (self._counted() and (self._is("WHERE") or True) and self._is("{") and self._pattern()):
            return False
        wanted = self._variables[-1] if self.is_class else self._variables[1]
        return (
            self._is("}")
            and self._is("GROUP")
            and self._is("BY")
            and self._kind() == "variable"
            and self._next() == self.key == wanted
            and self._is_counted_variable()
            and all(self._is_of_tail(token) for token in self._found[self.at :])
        )

    def _counted(self) -> bool:
        """Reads `(COUNT(*) AS ?count)`."""
        if not (self._is("(") and self._is("COUNT") and self._is("(")):
            return False
        self._inner = self._next()
        if not (self._is(")") and self._is("AS") and self._kind() == "variable"):
            return False
        self.count = self._next()
        return self._is(")")

    def _pattern(self) -> bool:
        """Reads `?s ?p ?o` or `?s a ?o`, with three, or two, different variables."""
        for place in range(3):
            token = self._next()
            if place == 1 and token in ("a", TYPE):
                self.is_class = True
            elif token.startswith("?"):
                self._variables.append(token)
            else:
                return False
        self._is(".")
        return len(set(self._variables)) == len(self._variables)

    def _is_counted_variable(self) -> bool:
        """Whether what is counted is bound in each row, and the count has a name of its own."""
        return self._inner in ("*", *self._variables) and self.count not in self._variables

    def _is_of_tail(self, token: Token) -> bool:
        words = ("ORDER", "BY", "ASC", "DESC", "LIMIT", "OFFSET")
        return (
            token.text in (self.key, self.count, "(", ")")
            or (token.kind == "number" and token.text.isdecimal())
            or (token.kind == "word" and token.text.upper() in words)
        )

    def _kind(self) -> str:
        return self._found[self.at].kind if self.at < len(self._found) else ""

    def _next(self) -> str:
        self.at += 1
        return self._found[self.at - 1].text if self.at <= len(self._found) else ""

    def _is(self, text: str) -> bool:
        """Whether the next token is this keyword or mark; if so it is read."""
        if self.at < len(self._found) and self._found[self.at].text.upper() == text:
            self.at += 1
            return True
        return False


def _body(found: list[Token]) -> list[Token]:
    """What follows the declarations of prefixes."""
    at = 0
    while at + 2 < len(found) and found[at].text.upper() == "PREFIX":
        name, iri = found[at + 1 : at + 3]
        if name.kind != "name" or name.text.find(":") != len(name.text) - 1 or iri.kind != "iri":
            break
        at += 3
    return found[at:]


def _row(row: dict[str, Any]) -> str:
    return f'(<{row["key"]["value"]}> "{row["count"]["value"]}"^^{INTEGER})'
