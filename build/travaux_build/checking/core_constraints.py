"""The constraints of SHACL Core, evaluated by pyshacl over rdflib graphs that are never fetched."""

from __future__ import annotations

from collections.abc import Iterable

import pyshacl
import rdflib
from pyoxigraph import Literal, NamedNode, Quad
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import RDF, SH

from travaux_build.checking.report import Finding
from travaux_build.errors import Problem, Refused

MAXIMUM_DEPTH = 15
"""Shapes that may call upon one another in a row."""
PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def core_findings(data: Iterable[Quad], shapes: Iterable[Quad]) -> list[Finding]:
    """What the shapes find in the data, SPARQL constraints left aside; raises `Refused` if they cannot tell.

    Shapes have IRIs in place of blank nodes. In a property path only blank nodes are understood (SHACL,
    section 2.3.1), so there these are put back.
    """
    shapes = [quad for quad in shapes if quad.predicate.value != str(SH.sparql)]
    inner = _path_nodes(shapes)
    shapes_graph = _graph(shapes, inner)
    try:
        _, results, text = pyshacl.validate(
            _graph(data, frozenset()),
            shacl_graph=shapes_graph,
            inference="none",
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
            max_validation_depth=MAXIMUM_DEPTH,
        )
    except ReportableRuntimeError as error:
        raise _refuse(str(error)) from error
    if not isinstance(results, rdflib.Graph):
        raise _refuse(text)
    return [_finding(results, result) for result in results.subjects(RDF.type, SH.ValidationResult)]


def _refuse(fault: str) -> Refused:
    message = f"cannot be applied: {' '.join(fault.split())[:500]}"
    return Refused([Problem("shapes", 0, 0, "", message, "correct the shape that is named here")])


def _finding(results: rdflib.Graph, result: rdflib.term.Node) -> Finding:
    def iri(predicate: rdflib.URIRef) -> str:
        value = results.value(result, predicate)
        return str(value) if isinstance(value, rdflib.URIRef) else ""

    messages = sorted(results.objects(result, SH.resultMessage), key=lambda one: (_rank(one), str(one)))
    return Finding(
        focus=iri(SH.focusNode),
        path=iri(SH.resultPath),
        value=_value(results.value(result, SH.value)),
        shape=iri(SH.sourceShape),
        constraint="",
        component=iri(SH.sourceConstraintComponent),
        severity=iri(SH.resultSeverity),
        message=str(messages[0]) if messages else "does not fit its shape",
    )


def _rank(message: rdflib.term.Node) -> int:
    return 0 if getattr(message, "language", None) == "en" else 1


def _path_nodes(shapes: Iterable[Quad]) -> frozenset[str]:
    """The nodes of property paths that are no plain properties: themselves, and the lists that they hold."""
    about: dict[str, list[Quad]] = {}
    for quad in shapes:
        if isinstance(quad.subject, NamedNode):
            about.setdefault(quad.subject.value, []).append(quad)
    waiting = [
        quad.object.value
        for quad in shapes
        if quad.predicate.value == str(SH.path) and isinstance(quad.object, NamedNode)
    ]
    parts = {str(SH) + name for name in PATHS} | {str(RDF.first), str(RDF.rest)}
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        inside = [quad for quad in about.get(node, ()) if quad.predicate.value in parts]
        if inside and node not in found:
            found.add(node)
            waiting += [quad.object.value for quad in inside if isinstance(quad.object, NamedNode)]
    return frozenset(found)


def _graph(quads: Iterable[Quad], blank: frozenset[str]) -> rdflib.Graph:
    """The triples as rdflib has them, literals letter by letter; the nodes in `blank` without their IRIs."""
    graph = rdflib.Graph(bind_namespaces="none")

    def term(node: object) -> rdflib.term.Node:
        if isinstance(node, Literal):
            if node.language:
                return rdflib.Literal(node.value, lang=node.language)
            return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value), normalize=False)
        assert isinstance(node, NamedNode)  # turtle.py and the reader have named every node
        return (
            rdflib.BNode(node.value.rpartition("#")[2]) if node.value in blank else rdflib.URIRef(node.value)
        )

    for quad in quads:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _value(value: rdflib.term.Node | None) -> NamedNode | Literal | None:
    if isinstance(value, rdflib.URIRef):
        return NamedNode(str(value))
    if isinstance(value, rdflib.Literal):
        if value.language:
            return Literal(str(value), language=value.language)
        return Literal(str(value), datatype=NamedNode(str(value.datatype)) if value.datatype else None)
    return None
