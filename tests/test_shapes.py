"""Every constraint of the shapes has an example that breaks it, and is satisfied by a small valid record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib.namespace import RDF, RDFS, SH

from travaux_build.checking.check import check
from travaux_build.content import open_content
from travaux_build.infer import infer
from travaux_build.location import Locations
from travaux_build.reading.turtle import read_ontology

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
RECORD = (EXAMPLES / "valid.ttl").read_text(encoding="utf-8")
PREFIXES: dict[str, str] = dict(re.findall(r"^@prefix ([\w-]*): <([^>]*)> \.$", RECORD, re.MULTILINE))
SHAPES = "https://w3id.org/travaux/shapes#"
EDITORIAL = ("/id/alignment/", "#impliedAddressee")
"""What stands in graph/editorial of the valid record; all else stands in graph/reference."""
NAMES = {"Sparql": "SPARQL"}
COMPONENTS = {
    parameter: parameter[0].upper() + parameter[1:]
    for parameter in (
        *("class", "closed", "datatype", "disjoint", "in", "inDataset", "languageIn", "lessThan"),
        *(
            "lessThanOrEquals",
            "maxCount",
            "maxExclusive",
            "maxInclusive",
            "maxLength",
            "minCount",
            "minLength",
        ),
        *(
            "minExclusive",
            "minInclusive",
            "node",
            "nodeKind",
            "not",
            "or",
            "and",
            "xone",
            "pattern",
            "equals",
        ),
        *("hasValue", "qualifiedMinCount", "qualifiedMaxCount", "uniqueLang"),
    )
}
"""Constraint components by the parameter that stands in a shape."""


@dataclass(frozen=True)
class Case:
    """The valid record with one thing changed, and the shape (or SPARQL constraint) that this breaks."""

    file: str
    says: str
    without: tuple[tuple[str, str], ...]
    added: str
    renamed: tuple[str, str] | None
    focus: str
    graph: str
    shape: str
    component: str
    also: tuple[str, ...]
    """Other shapes that this change cannot but break as well."""

    def __str__(self) -> str:
        return f"{self.file}: {self.says}"


def expand(name: str) -> str:
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def read_cases() -> Iterator[Case]:
    for path in sorted(EXAMPLES.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            pairs = [pair.split() for pair in entry.get("without", "").split(",") if pair]
            without = tuple((expand(subject), expand(predicate)) for subject, predicate in pairs)
            renamed = None
            if "rename" in entry:
                old, new = entry["rename"].split()
                renamed = (expand(old), expand(new))
            added = entry.get("with", "")
            focus = entry.get("focus") or (added.split()[0] if added else "")
            focus = renamed[1] if renamed else expand(focus) if focus else without[0][0]
            shape, component = entry["violates"].split()
            yield Case(
                file=path.stem,
                says=entry["says"],
                without=without,
                added=added,
                renamed=renamed,
                focus=focus,
                graph=entry.get("graph", ""),
                shape=shape,
                component=NAMES.get(component, component),
                also=tuple(entry.get("also", "").split(", ")),
            )


CASES = tuple(read_cases())


def turtle(text: str) -> list[Quad]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return list(parse(prefixes + text, format=RdfFormat.TURTLE))


@cache
def valid() -> tuple[Quad, ...]:
    return tuple(parse(RECORD, format=RdfFormat.TURTLE))


def changed(case: Case) -> list[Quad]:
    """The record of the case, in graphs."""

    def rename(node: object) -> object:
        if case.renamed and node == NamedNode(case.renamed[0]):
            return NamedNode(case.renamed[1])
        return node

    kept = [quad for quad in valid() if (text(quad.subject), text(quad.predicate)) not in case.without]
    quads = [in_graph(Quad(rename(one.subject), one.predicate, rename(one.object))) for one in kept]  # type: ignore[arg-type]
    return quads + [in_graph(quad, case.graph) for quad in turtle(case.added)]


def in_graph(quad: Quad, name: str = "") -> Quad:
    judged = any(part in f"{quad.subject} {quad.predicate}" for part in EDITORIAL)
    name = name or ("editorial" if judged else "reference")
    graph = NamedNode(f"https://w3id.org/travaux/graph/{name}")
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def test_valid_record_conforms() -> None:
    """The valid record passes the whole check, and every shape finds something in it."""
    content = open_content(ROOT)
    quads = [in_graph(quad) for quad in valid()]
    quads += infer([*quads, *read_ontology(content)], content)
    report = check(quads, content, Locations())
    assert (report.problems, report.warnings, report.conforms) == ((), (), True)
    shapes, data = shapes_graph(), rdf_graph(quads)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        for target in shapes.objects(shape, SH.targetClass):
            assert (None, RDF.type, target) in data, shape
    used = {prop for _, prop in shapes.subject_objects(SH.property)}
    empty = {str(prop) for prop in used if (None, shapes.value(prop, SH.path), None) not in data}
    assert not empty, "properties without a value in the valid record"


def text(node: object) -> str:
    """The IRI of a node or the words of a literal."""
    assert isinstance(node, NamedNode | Literal), "the examples hold no blank nodes"
    return str(node.value)


def local(iri: object) -> str:
    return str(iri).rpartition("#")[2]


@cache
def shapes_graph() -> rdflib.Graph:
    """The shapes as they stand in their files, read by another parser than ours."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def superclasses() -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path)
    classes = set(graph.subjects(RDFS.subClassOf))
    found = {}
    for one in classes:
        above = graph.transitive_objects(one, RDFS.subClassOf)
        found[one] = {node for node in above if node is not None}
    return found


def rdf_graph(quads: list[Quad]) -> rdflib.Graph:
    """The statements as a graph of rdflib, with the classes above those that are stated."""
    graph = rdflib.Graph()
    for quad in quads:
        value: rdflib.term.Node = rdflib.Literal(text(quad.object))
        if isinstance(quad.object, NamedNode):
            value = rdflib.URIRef(quad.object.value)
        elif isinstance(quad.object, Literal) and quad.object.language:
            value = rdflib.Literal(quad.object.value, lang=quad.object.language)
        elif isinstance(quad.object, Literal):
            value = rdflib.Literal(quad.object.value, datatype=rdflib.URIRef(quad.object.datatype.value))
        graph.add((rdflib.URIRef(text(quad.subject)), rdflib.URIRef(quad.predicate.value), value))
    for subject, kind in list(graph.subject_objects(RDF.type)):
        for above in superclasses().get(kind, ()):
            graph.add((subject, RDF.type, above))
    return graph


@cache
def core_shapes() -> rdflib.Graph:
    """The shapes without their SPARQL constraints."""
    graph = rdflib.Graph()
    for triple in shapes_graph():
        if triple[1] != SH.sparql:
            graph.add(triple)
    return graph


def violations(case: Case) -> set[tuple[str, str]]:
    """Source shape (or SPARQL constraint) and component of each result about a node, by pyshacl alone.

    It evaluates SPARQL constraints where the case is about one, since that takes it long. Told to look at
    one node only, it looks at no values inside it either: where the case is about these, it looks at all.
    """
    inside = case.component in ("Or", "QualifiedMinCount")
    _, report, message = pyshacl.validate(
        rdf_graph(changed(case)),
        shacl_graph=shapes_graph() if case.component == "SPARQL" else core_shapes(),
        focus_nodes=None if inside else [case.focus],
        do_owl_imports=False,
    )
    assert isinstance(report, rdflib.Graph), message
    results = report.subjects(SH.focusNode, rdflib.URIRef(case.focus))
    return {
        (
            local(report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)),
            local(report.value(result, SH.sourceConstraintComponent)).removesuffix("ConstraintComponent"),
        )
        for result in results
    }


@pytest.mark.parametrize("case", [case for case in CASES if case.component != "InDataset"], ids=str)
def test_each_constraint_finds_its_fault(case: Case) -> None:
    """One change to the valid record breaks exactly the constraint that the example is about."""
    found = violations(case)
    assert (case.shape, case.component) in found
    assert {shape for shape, _ in found} <= {case.shape, *case.also}


def test_each_constraint_has_an_example() -> None:
    """No constraint stands in the shapes, of SHACL or of ours, without an example that breaks it."""
    shapes = shapes_graph()
    judging = {one for one in shapes.subjects(RDF.type, SH.NodeShape) if is_targeted(one)}
    judging |= {prop for shape in judging for prop in shapes.objects(shape, SH.property)}
    due = {
        (local(shape), COMPONENTS[local(parameter)])
        for shape in judging
        for parameter in shapes.predicates(shape)
        if local(parameter) in COMPONENTS
    }
    due |= {(local(one), "SPARQL") for one in shapes.objects(None, SH.sparql)}
    shown = {(case.shape, case.component) for case in CASES}
    assert not due - shown, "constraints without an example"
    assert not shown - due, "examples of no constraint"


def is_targeted(shape: rdflib.term.Node) -> bool:
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    return any((shape, target, None) in shapes_graph() for target in targets)


JUDGED_AT_ONCE = [case for case in CASES if case.component in ("SPARQL", "InDataset", "Or", "Closed")]


@pytest.mark.parametrize("case", JUDGED_AT_ONCE[::4], ids=str)
def test_check_finds_the_same_as_the_standard_validator(case: Case) -> None:
    """What our check reports on a node is what pyshacl finds there, whichever engine evaluates it."""
    content = open_content(ROOT)
    quads = changed(case)
    report = check([*quads, *infer([*quads, *read_ontology(content)], content)], content, Locations())
    assert not report.conforms or report.warnings
    about = {quad.subject for quad in report.quads if quad.object == NamedNode(case.focus)}
    terms = {(quad.subject, local(quad.predicate.value)): local(text(quad.object)) for quad in report.quads}
    sources = {terms.get((one, "sourceConstraint"), terms.get((one, "sourceShape"))) for one in about}
    expected = {shape for shape, _ in violations(case)} if case.component != "InDataset" else {case.shape}
    assert case.shape in sources
    assert expected <= sources


def test_every_shape_can_be_understood() -> None:
    """Each property shape has a name, description, order, group and message; each group has a label."""
    shapes = shapes_graph()
    for prop in shapes.subjects(RDF.type, SH.PropertyShape):
        for predicate in (SH.name, SH.description, SH.order, SH.group, SH.message, SH.severity):
            assert shapes.value(prop, predicate) is not None, (prop, predicate)
        message, name = str(shapes.value(prop, SH.message)), str(shapes.value(prop, SH.name))
        assert name in message, (prop, "the message does not say which word it is about")
        assert isinstance(prop, rdflib.URIRef)
    for group in shapes.objects(None, SH.group):
        assert shapes.value(group, RDFS.label) is not None, group
    for constraint in shapes.objects(None, SH.sparql):
        assert shapes.value(constraint, SH.message) is not None, constraint


def test_every_class_is_judged() -> None:
    """Each class of the ontology is the target of a shape, itself or through a class above it."""
    targets = set(shapes_graph().objects(None, SH.targetClass))
    own = {one for one in superclasses() if str(one).startswith("https://w3id.org/travaux/ontology#")}
    assert not {str(one) for one in own if not superclasses()[one] & targets}
