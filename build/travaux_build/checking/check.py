"""The check: what is stated is held against the shapes, once these have been found fit to judge."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from travaux_build.checking.core_constraints import core_findings
from travaux_build.checking.graph_constraints import graph_findings
from travaux_build.checking.report import RDF_TYPE, Report, make_report, show
from travaux_build.checking.shapes_graph import ShapesGraph
from travaux_build.checking.shapes_lint import lint
from travaux_build.checking.sparql_constraints import sparql_findings, targets
from travaux_build.content import Content
from travaux_build.location import Locations
from travaux_build.reading.context import read_context
from travaux_build.reading.turtle import read_shapes

MADE = ("ontology", "shapes", "inferred", "description")
"""Graphs that are not stated in data files."""


def check(quads: Iterable[Quad], content: Content, locations: Locations) -> Report:
    """The report on all quads of the content, those of `infer` included.

    Judged is what the data files state, together with the classes that follow for it by inference; other
    inferred triples, the ontology and the shapes are not data, so a closed shape does not meet them.
    Raises `Refused` when the shapes themselves are at fault, or would find nothing to judge.
    """
    graphs = {content.iris.graph(name): name for name in MADE}
    stated, classes = [], []
    for quad in quads:
        name = graphs.get(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else None
        if name is None:
            stated.append(quad)
        elif name == "inferred" and quad.predicate == RDF_TYPE:
            classes.append(quad)
    store = targets([*stated, *classes])
    lint(content, store, bool(stated))
    shape_quads = read_shapes(content)
    shapes = ShapesGraph(shape_quads)
    findings = core_findings([*stated, *classes], shape_quads)
    findings += sparql_findings(store, shapes, lambda value: show(value, content))
    findings += graph_findings(stated, store, shapes)
    words = {word.iri: word.name for word in read_context(content).words.values() if word.kind != "reverse"}
    files = {
        quad.subject.value: _folder(quad, content) for quad in stated if isinstance(quad.subject, NamedNode)
    }
    return make_report(findings, content, locations, words, files)


def _folder(quad: Quad, content: Content) -> str:
    """Where the files of a quad's graph lie."""
    name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
    return "data/" + name.removeprefix(content.iris.graph(""))
