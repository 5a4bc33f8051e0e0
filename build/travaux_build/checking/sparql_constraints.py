"""The SPARQL constraints of SHACL, evaluated by pyoxigraph.

pyshacl would run each of them through rdflib once for each node: on the first record that took forty times
as long as all of the rest of the check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Variable

from travaux_build.checking.report import SH, VIOLATION, Finding
from travaux_build.checking.shapes_graph import ShapesGraph

PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
COMPONENT = SH + "SPARQLConstraintComponent"


@dataclass(frozen=True)
class SparqlConstraint:
    """A `sh:SPARQLConstraint` of a node shape; `query` has its prefixes before it."""

    iri: str
    shape: str
    severity: str
    message: str
    query: str


def read_sparql_constraints(shapes: ShapesGraph) -> list[SparqlConstraint]:
    """All SPARQL constraints, in the order of their IRIs."""
    found = []
    for shape, constraint in shapes.pairs(SH + "sparql"):
        prefixes = [
            f"PREFIX {shapes.first(one, SH + 'prefix')}: <{shapes.first(one, SH + 'namespace')}>\n"
            for document in shapes.values(constraint, SH + "prefixes")
            for one in shapes.values(document, SH + "declare")
        ]
        query = "".join(sorted(prefixes)) + shapes.first(constraint, SH + "select")
        severity = shapes.first(shape, SH + "severity") or VIOLATION
        message = shapes.first(constraint, SH + "message") or shapes.first(shape, SH + "message")
        found.append(SparqlConstraint(constraint, shape, severity, message, query))
    return sorted(found, key=lambda one: (one.iri, one.shape))


def sparql_findings(
    store: Store, shapes: ShapesGraph, show: Callable[[NamedNode | Literal], str]
) -> list[Finding]:
    """What the constraints find in the default graph of the store; as SHACL has one graph, so have they.

    Each is evaluated for each node that its shape targets, with `$this` bound beforehand (SHACL, section
    5.3.1). `show` is how a value appears in place of `{?value}` in a message.
    """
    findings = []
    for constraint in read_sparql_constraints(shapes):
        for node in shapes.focus_nodes(constraint.shape, store):
            answers = store.query(constraint.query, substitutions={Variable("this"): node})
            assert isinstance(answers, QuerySolutions)
            names = [variable.value for variable in answers.variables]
            for answer in answers:
                bound = {name: answer[name] for name in names if answer[name] is not None}
                findings.append(_finding(constraint, node, bound, show))
    return findings


def targets(quads: Iterable[Quad]) -> Store:
    """A store that holds the quads in their graphs, and all of them in the default graph as well."""
    store = Store()
    quads = list(quads)
    store.extend(quads)
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return store


def _finding(
    constraint: SparqlConstraint,
    node: NamedNode,
    bound: dict[str, object],
    show: Callable[[NamedNode | Literal], str],
) -> Finding:
    """One result: `?value` and `?path` of the answer are its value and path (SHACL, section 5.3.2)."""

    def replace(match: re.Match[str]) -> str:
        value = node if match[1] == "this" else bound.get(match[1])
        return show(value) if isinstance(value, NamedNode | Literal) else match.group()

    value, path = bound.get("value", node), bound.get("path")
    return Finding(
        focus=node.value,
        path=path.value if isinstance(path, NamedNode) else "",
        value=value if isinstance(value, NamedNode | Literal) else None,
        shape=constraint.shape,
        constraint=constraint.iri,
        component=COMPONENT,
        severity=constraint.severity,
        message=PLACEHOLDER.sub(replace, constraint.message),
    )
