"""Turtle: files of ontology, shapes and data become quads in which every node has an IRI."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from travaux_build.content import Content
from travaux_build.errors import Problem, Refused
from travaux_build.reading.characters import clean, faults

POSITION = re.compile(r"^Parser error at .*?: ")
MAXIMUM_QUOTED = 20
"""Times `<<` may stand in a file: quoted triples are refused, and a deep nest of them ends the process."""


def read_ontology(content: Content) -> list[Quad]:
    """All that `ontology/*.ttl` says, in graph/ontology; raises `Refused` with the faults of all files."""
    return _read_all(content, content.ontology_files(), content.iris.graph("ontology"))


def read_shapes(content: Content) -> list[Quad]:
    """All that `shapes/*.ttl` says, in graph/shapes; raises `Refused` with the faults of all files."""
    return _read_all(content, content.shape_files(), content.iris.graph("shapes"))


def read_turtle(content: Content, path: Path, graph_iri: str) -> list[Quad]:
    """The triples of one file, each once and in the file's order, as quads of the graph with that IRI.

    A blank node (a list, an anonymous shape) becomes `<document>#node-` and a digest of all that hangs on
    it, so its IRI does not change with what stands elsewhere, and equal nodes become one. The document is
    the ontology, the shapes or, for data, the graph. Relative IRIs are resolved against the document, in
    data against the namespace of things. Raises `Refused`.
    """
    file, iris = content.name(path), content.iris
    terms = {iris.graph("ontology"): iris.ontology, iris.graph("shapes"): iris.shapes}
    text, problems = clean(content.text(path), file, tabs=True)
    if text.count("<<") > MAXIMUM_QUOTED:
        problems.append(_quoted(file, text))
    if problems:
        raise Refused(problems)
    base = terms.get(graph_iri, iris.things)
    try:
        parsed = list(parse(text, format=RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as error:
        message = f"is not Turtle: {POSITION.sub('', error.msg)}"
        remedy = "the fault is here or just before: a missing . ; or quotation mark, a prefix not declared"
        raise Refused([Problem(file, error.lineno or 0, error.offset or 0, "", message, remedy)]) from error
    problems = [problem for quad in parsed for problem in _unfit(quad, file, text)]
    if problems:
        raise Refused(dict.fromkeys(problems))
    names = _names(parsed, terms.get(graph_iri, graph_iri), file)
    return list(dict.fromkeys(_named(quad, names, NamedNode(graph_iri)) for quad in parsed))


def line_of(text: str, iri: str) -> int:
    """The line of a Turtle file on which a subject with that IRI starts its statements; 0 if none does."""
    local = re.escape(re.split(r"[#/]", iri)[-1])
    found = re.search(rf"^(?:<[^>\s]*[#/]?{local}>|[\w-]*:{local})(?=\s)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _read_all(content: Content, paths: Iterable[Path], graph_iri: str) -> list[Quad]:
    quads: dict[Quad, None] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            quads.update(dict.fromkeys(read_turtle(content, path, graph_iri)))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return list(quads)


def _unfit(quad: Quad, file: str, text: str) -> list[Problem]:
    """What must not be published: quoted triples, and characters that were hidden in an escape."""
    terms = (quad.subject, quad.predicate, quad.object)
    if any(isinstance(term, Triple) for term in terms):
        return [_quoted(file, text)]
    values = [term.value for term in terms if isinstance(term, NamedNode | Literal)]
    subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    return [
        Problem(file, line_of(text, subject) if subject else 0, 1, "", f"{value[:80]!r} {message}", remedy)
        for value in values
        for message, remedy in faults(value)
    ]


def _quoted(file: str, text: str) -> Problem:
    line = text.count("\n", 0, max(text.find("<<"), 0)) + 1
    return Problem(file, line, 1, "", "holds quoted triples", "state each fact as a triple of its own")


def _named(quad: Quad, names: Mapping[BlankNode, NamedNode], graph: NamedNode) -> Quad:
    subject = names[quad.subject] if isinstance(quad.subject, BlankNode) else quad.subject
    value = names[quad.object] if isinstance(quad.object, BlankNode) else quad.object
    return Quad(subject, quad.predicate, value, graph)


def _names(quads: list[Quad], document: str, file: str) -> dict[BlankNode, NamedNode]:
    """The IRI that each blank node gets from its content, and from the content of those below it."""
    below: dict[BlankNode, list[Quad]] = {}
    for quad in quads:
        for term in (quad.subject, quad.object):
            if isinstance(term, BlankNode):
                below.setdefault(term, [])
        if isinstance(quad.subject, BlankNode):
            below[quad.subject].append(quad)
    names: dict[BlankNode, NamedNode] = {}
    for start in below:
        entered: set[BlankNode] = set()
        stack = [start]
        while stack:
            node = stack[-1]
            objects = [quad.object for quad in below[node] if isinstance(quad.object, BlankNode)]
            waiting = [value for value in objects if value not in names]
            if waiting and node in entered:
                message = "a blank node leads back to itself, so its content cannot name it"
                raise Refused([Problem(file, 0, 0, "", message, "give one node of the circle an IRI")])
            entered.add(node)
            stack.extend(waiting)
            if not waiting:
                stack.pop()
                facts = sorted(f"{quad.predicate} {_value(quad, names)}" for quad in below[node])
                digest = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
                names[node] = NamedNode(f"{document}#node-{digest}")
    return names


def _value(quad: Quad, names: Mapping[BlankNode, NamedNode]) -> object:
    return names[quad.object] if isinstance(quad.object, BlankNode) else quad.object
