"""Which graph may state what: `void:inDataset` on a shape names the one graph for what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Store

from travaux_build.checking.report import SH, VIOLATION, Finding
from travaux_build.checking.shapes_graph import ShapesGraph

IN_DATASET = "http://rdfs.org/ns/void#inDataset"
REMEDY = "this belongs in the graph {graph}, and is stated in {place}"


def graph_findings(stated: Iterable[Quad], store: Store, shapes: ShapesGraph) -> list[Finding]:
    """Statements that stand in a graph where they must not.

    On a property shape the rule is about every statement with its property, on a node shape about every
    statement on the nodes that it targets in the default graph of the store. SHACL itself sees one graph
    only, so this is no constraint of SHACL; `void:inDataset` stands for its component in the report.
    """
    properties: dict[str, tuple[str, str]] = {}
    nodes: dict[str, tuple[str, str]] = {}
    for shape, graph in shapes.pairs(IN_DATASET):
        if path := shapes.first(shape, SH + "path"):
            properties[path] = (shape, graph)
        else:
            nodes.update({node.value: (shape, graph) for node in shapes.focus_nodes(shape, store)})
    findings = []
    for quad in stated:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
            rule = properties.get(quad.predicate.value) or nodes.get(quad.subject.value)
            if rule and rule[1] != quad.graph_name.value:
                findings.append(_finding(quad, quad.graph_name, *rule, shapes))
    return findings


def _finding(quad: Quad, place: NamedNode, shape: str, graph: str, shapes: ShapesGraph) -> Finding:
    name = shapes.first(shape, SH + "name")
    message = REMEDY.format(graph=graph.rpartition("/")[2], place=place.value.rpartition("/")[2])
    return Finding(
        focus=quad.subject.value if isinstance(quad.subject, NamedNode) else "",
        path=quad.predicate.value,
        value=None,
        shape=shape,
        constraint="",
        component=IN_DATASET,
        severity=shapes.first(shape, SH + "severity") or VIOLATION,
        message=f"{name}: {message}" if name else message,
    )
