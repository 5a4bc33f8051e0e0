"""Shapes that check nothing pass in silence: each way in which that happens is an error here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Variable

from travaux_build.checking.patterns import pattern_fault
from travaux_build.checking.shacl_terms import CONSTRAINTS, NOT_EVALUATED, TERMS
from travaux_build.checking.shapes_graph import RDF, RDFS, SH, ShapesGraph
from travaux_build.checking.sparql_constraints import read_sparql_constraints
from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.content_query import binding_fault, query_fault, syntax_position
from travaux_build.reading.context import read_context
from travaux_build.reading.near import did_you_mean
from travaux_build.reading.turtle import line_of, read_ontology, read_turtle

STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
TESTING = "testing"
"""A node shape with this status may stand before there are data that it is about."""
OWL = "http://www.w3.org/2002/07/owl#"
CLASS_TYPES = {OWL + "Class", RDFS + "Class"}
SHAPE_LISTS = ("or", "and", "xone")
LISTS = (*SHAPE_LISTS, "in", "languageIn", "ignoredProperties")
SHAPE_VALUES = ("node", "property", "not", "qualifiedValueShape")
PREDICATE_VALUES = (
    "disjoint",
    "equals",
    "lessThan",
    "lessThanOrEquals",
    "targetSubjectsOf",
    "targetObjectsOf",
)
IRI_VALUES = (
    *(*SHAPE_VALUES, *SHAPE_LISTS, *PREDICATE_VALUES, "path", "class", "datatype", "nodeKind", "group"),
    *("severity", "sparql", "prefixes", "declare", "targetClass", "targetNode", "in", "languageIn"),
)
"""Parameters whose values are no literals; nor are target nodes, since all our things have IRIs."""
IRI_PREDICATES = {SH + name for name in IRI_VALUES}
IRI_REMEDY = "write an IRI"
Fault = tuple[str, str, str]
"""Node, message and remedy."""


def lint(content: Content, store: Store, stated: bool) -> None:
    """Raise `Refused` with every fault of the shapes, each with its file and line.

    `store` holds what is to be checked in its default graph; `stated` says whether there is any.
    """
    seen: dict[Quad, None] = {}
    places: dict[str, tuple[str, int]] = {}
    for path in content.shape_files():
        text = content.text(path)
        for quad in read_turtle(content, path, content.iris.graph("shapes")):
            seen[quad] = None
            if isinstance(quad.subject, NamedNode) and quad.subject.value not in places:
                line = line_of(text, quad.subject.value) or _mention(text, quad)
                places[quad.subject.value] = (content.name(path), line)
    quads = list(seen)
    shapes = ShapesGraph(quads)
    if not shapes.subjects(SH + "NodeShape"):
        raise Refused(
            [Problem("shapes", 0, 0, "", "there are no shapes", "nothing would be checked: add some")]
        )
    if not stated:
        raise Refused([Problem("data", 0, 0, "", "there are no data", "nothing would be checked: add some")])
    faults = list(_terms(quads))
    if not any(fault[2] == IRI_REMEDY for fault in faults):
        faults += [*_structure(shapes), *_shapes(shapes), *_constraints(shapes)]
        faults += [*_vocabulary(content, shapes), *_unfocused(shapes, store)]
    problems = []
    for node, message, remedy in dict.fromkeys(faults):
        file, line = places.get(node, ("shapes", 0))
        entry = node.removeprefix(content.iris.shapes + "#")
        problems.append(Problem(file, line, 1 if line else 0, entry, message, remedy))
    if problems:
        raise Refused(problems)


def _mention(text: str, quad: Quad) -> int:
    """The line that names predicate or object of a statement about a node without a name of its own."""
    for term in (quad.predicate, quad.object):
        local = _short(term.value) if isinstance(term, NamedNode) else ""
        if local and (found := re.search(rf"[:/#]{re.escape(local)}\b", text)):
            return text.count("\n", 0, found.start()) + 1
    return 0


def _terms(quads: list[Quad]) -> Iterator[Fault]:
    """Terms of SHACL that there are not, and texts in the place of terms."""
    for quad in quads:
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
        if isinstance(quad.object, Literal) and quad.predicate.value in IRI_PREDICATES:
            yield subject, f"sh:{_short(quad.predicate.value)} has a text for its value", IRI_REMEDY
        for term in (quad.predicate, quad.object):
            local = term.value.removeprefix(SH) if isinstance(term, NamedNode) else ""
            component = local.endswith("ConstraintComponent")
            if not isinstance(term, NamedNode) or term.value == local or local in TERMS or component:
                continue
            if local in NOT_EVALUATED:
                remedy = "use the constraints of SHACL Core, or sh:sparql with sh:select"
                yield subject, f"sh:{local} would make the shape check less than it says", remedy
            else:
                remedy = did_you_mean(local, TERMS) or "see the vocabulary of SHACL"
                yield subject, f"SHACL has no term sh:{local}", remedy


def _all_shapes(shapes: ShapesGraph) -> list[str]:
    return sorted({*shapes.subjects(SH + "NodeShape"), *shapes.subjects(SH + "PropertyShape")})


def _references(shapes: ShapesGraph) -> Iterator[tuple[str, str, str]]:
    """Who calls upon which shape, and by which parameter."""
    for parameter in SHAPE_VALUES:
        for shape, other in shapes.pairs(SH + parameter):
            yield shape, other, parameter
    for parameter in SHAPE_LISTS:
        for shape, head in shapes.pairs(SH + parameter):
            for other in shapes.members(head):
                yield shape, other, parameter


def _structure(shapes: ShapesGraph) -> Iterator[Fault]:
    """Lists that are none, and shapes that call upon themselves, which SHACL leaves without a meaning."""
    for parameter in LISTS:
        for shape, head in shapes.pairs(SH + parameter):
            if not shapes.is_list(head):
                yield shape, f"sh:{parameter} does not lead to a list", "write the members in ( … )"
    calls: dict[str, set[str]] = {}
    for shape, other, _ in _references(shapes):
        calls.setdefault(shape, set()).add(other)
    for shape in calls:
        below, waiting = set[str](), [shape]
        while waiting:
            fresh = calls.get(waiting.pop(), set()) - below
            below |= fresh
            waiting += fresh
        if shape in below:
            yield shape, "calls upon itself by way of other shapes", "end the circle"


def _shapes(shapes: ShapesGraph) -> Iterator[Fault]:
    """Shapes that are not there, that nobody uses, that demand nothing, or that say nothing to a person."""
    known = set(_all_shapes(shapes))
    used = set()
    for shape, other, parameter in _references(shapes):
        used.add(other)
        if other not in known:
            local = other.rpartition("#")[2]
            remedy = did_you_mean(local, [one.rpartition("#")[2] for one in known]) or "declare it as a shape"
            yield shape, f"sh:{parameter} leads to {local}, which is no shape", remedy
    for shape in sorted(known):
        about = shapes.predicates(shape)
        demands = [name for name in CONSTRAINTS if SH + name in about]
        is_property = SH + "path" in about
        if not demands:
            yield shape, "demands nothing", "add a constraint, or delete the shape"
        if not is_property and SH + "PropertyShape" in about.get(RDF + "type", ()):
            yield shape, "is a property shape without sh:path", "add the property that it is about"
        if shape not in used and not (shapes.has_target(shape) and not is_property):
            remedy = "add sh:property to a node shape" if is_property else "add sh:targetClass"
            yield shape, "is about nothing: it has no target, and no shape uses it", remedy
        own = [name for name in demands if name not in ("property", "sparql")]
        if own and SH + "message" not in about:
            yield shape, "has no sh:message", "say in plain words what an editor of the data is to do"
        if SH + "severity" not in about:
            yield shape, "has no sh:severity", "add sh:severity sh:Violation (or sh:Warning, sh:Info)"
        for pattern in about.get(SH + "pattern", ()):
            if fault := pattern_fault(pattern):
                yield shape, f"sh:pattern {fault}", "write it so that each part is repeated once, or bounded"


def _constraints(shapes: ShapesGraph) -> Iterator[Fault]:
    """SPARQL constraints that cannot be evaluated, or are evaluated for nothing."""
    for shape, constraint in shapes.pairs(SH + "sparql"):
        if SH + "path" in shapes.predicates(shape) or not shapes.has_target(shape):
            remedy = "move it to a node shape that has a target"
            yield constraint, "sh:sparql stands in a shape without a target of its own", remedy
        if not shapes.first(constraint, SH + "select"):
            yield constraint, "is no SPARQL constraint: it has no sh:select", "add one"
        if not shapes.first(constraint, SH + "message"):
            yield constraint, "has no sh:message", "say in plain words what an editor of the data is to do"
    for one in read_sparql_constraints(shapes):
        _, fault = query_fault(one.query)
        if fault := fault or binding_fault(one.query):
            yield one.iri, f"sh:select {fault}", "rewrite the query"
            continue
        try:
            answers = Store().query(one.query, substitutions={Variable("this"): NamedNode(one.iri)})
        except SyntaxError as error:
            yield one.iri, f"sh:select is not SPARQL: {syntax_position(error)[2]}", "correct the query"
            continue
        if not isinstance(answers, QuerySolutions):
            yield one.iri, "sh:select is no SELECT query", "write SELECT $this ?value ?path WHERE { … }"


def _vocabulary(content: Content, shapes: ShapesGraph) -> Iterator[Fault]:
    """Classes and properties that neither the ontology declares nor, for properties, the context names."""
    classes: set[str] = set()
    properties = {word.iri for word in read_context(content).words.values()} | {RDF + "type"}
    for quad in read_ontology(content):
        if isinstance(quad.subject, NamedNode) and quad.predicate.value == RDF + "type":
            kind = "" if isinstance(quad.object, Literal) else getattr(quad.object, "value", "")
            if kind in CLASS_TYPES:
                classes.add(quad.subject.value)
            elif kind.endswith("Property"):
                properties.add(quad.subject.value)
    for parameter in ("class", "targetClass"):
        for shape, one in shapes.pairs(SH + parameter):
            if one not in classes:
                yield (
                    shape,
                    f"sh:{parameter}: the ontology declares no class {_short(one)}",
                    _near(one, classes),
                )
    for parameter in ("path", *PREDICATE_VALUES):
        for shape, one in shapes.pairs(SH + parameter):
            if one not in properties and not shapes.predicates(one):
                message = f"sh:{parameter}: ontology and context have no property {_short(one)}"
                yield shape, message, _near(one, properties)


def _unfocused(shapes: ShapesGraph, store: Store) -> Iterator[Fault]:
    for shape in shapes.subjects(SH + "NodeShape"):
        needed = shapes.has_target(shape) and TESTING not in shapes.values(shape, STATUS)
        if needed and not shapes.focus_nodes(shape, store):
            remedy = f'correct its target; if its data are to come, add <{STATUS}> "{TESTING}"'
            yield shape, "finds nothing in the data to check", remedy


def _short(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _near(iri: str, known: set[str]) -> str:
    near = did_you_mean(_short(iri), [_short(one) for one in known])
    return near or "declare it in ontology/, or correct it"
