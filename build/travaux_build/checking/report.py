"""The report of a check: what the shapes found, as problems with their places and as RDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from travaux_build.content import Content
from travaux_build.errors import Problem
from travaux_build.location import Location, Locations

SH = "http://www.w3.org/ns/shacl#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD_BOOLEAN = NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
VIOLATION = SH + "Violation"
LONGEST_SHOWN = 80
HINTS = {
    SH + "MinCountConstraintComponent": "nothing is given",
    SH + "QualifiedMinCountConstraintComponent": "that is not given",
    SH + "MaxCountConstraintComponent": "more are given",
    SH + "UniqueLangConstraintComponent": "two are given",
}
"""What a message adds where the report names no value."""


@dataclass(frozen=True)
class Finding:
    """A validation result (SHACL, section 3.6.2), its nodes as IRIs; empty where it has none.

    `shape` is the source shape, `constraint` the SPARQL constraint if one made the result.
    """

    focus: str
    path: str
    value: NamedNode | Literal | None
    shape: str
    constraint: str
    component: str
    severity: str
    message: str


@dataclass(frozen=True)
class Report:
    """Whether the content conforms, its violations, its warnings, and the SHACL report without blank nodes.

    Problems and warnings stand in the order of the files; the quads are sorted.
    """

    conforms: bool
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    quads: tuple[Quad, ...]


def make_report(
    findings: Iterable[Finding],
    content: Content,
    locations: Locations,
    words: Mapping[str, str],
    files: Mapping[str, str],
) -> Report:
    """The report of all findings. `words` are the words of the data files by property IRI, and `files`
    says where to look for a thing whose place in the files is not known, by its IRI."""
    ordered = sorted(set(findings), key=str)
    problems: dict[Problem, None] = {}
    warnings: dict[Problem, None] = {}
    for finding in ordered:
        place = locations.find(finding.focus, finding.path or None)
        place = place or Location(files.get(finding.focus, "data"), 0, 0)
        entry = content.iris.key(finding.focus)
        problem = Problem(place.file, place.line, place.column, entry, _message(finding, content, words))
        (problems if finding.severity == VIOLATION else warnings)[problem] = None
    quads = tuple(sorted(_quads(ordered, content), key=str))
    return Report(not problems, tuple(sorted(problems)), tuple(sorted(warnings)), quads)


def show(value: NamedNode | Literal, content: Content) -> str:
    """A value as a message shows it: an id as it stands in the files, a text in quotation marks."""
    if isinstance(value, NamedNode):
        return content.iris.key(value.value)
    text = value.value if len(value.value) <= LONGEST_SHOWN else value.value[:LONGEST_SHOWN] + "…"
    return repr(text) + (f" ({value.language})" if value.language else "")


def _message(finding: Finding, content: Content, words: Mapping[str, str]) -> str:
    if finding.component == SH + "ClosedConstraintComponent":
        return f"{words.get(finding.path, finding.path)}: {finding.message}"
    hint = HINTS.get(finding.component, "")
    if finding.value is not None and not finding.constraint:
        hint = show(finding.value, content)
    return finding.message + (f" ({hint})" if hint else "")


def _quads(findings: Iterable[Finding], content: Content) -> Iterable[Quad]:
    """The findings as a `sh:ValidationReport` whose results are named by what they say."""
    graph = NamedNode(f"{content.iris.dataset}#validation")
    report = graph
    findings = list(findings)
    conforms = "false" if any(finding.severity == VIOLATION for finding in findings) else "true"
    yield Quad(report, RDF_TYPE, NamedNode(SH + "ValidationReport"), graph)
    yield Quad(report, NamedNode(SH + "conforms"), Literal(conforms, datatype=XSD_BOOLEAN), graph)
    for finding in findings:
        digest = hashlib.sha256(str(finding).encode()).hexdigest()[:16]
        result = NamedNode(f"{content.iris.dataset}#validation-{digest}")
        yield Quad(report, NamedNode(SH + "result"), result, graph)
        yield Quad(result, RDF_TYPE, NamedNode(SH + "ValidationResult"), graph)
        yield Quad(result, NamedNode(SH + "resultMessage"), Literal(finding.message), graph)
        if finding.value is not None:
            yield Quad(result, NamedNode(SH + "value"), finding.value, graph)
        for name, iri in (
            ("focusNode", finding.focus),
            ("resultPath", finding.path),
            ("sourceShape", finding.shape),
            ("sourceConstraint", finding.constraint),
            ("sourceConstraintComponent", finding.component),
            ("resultSeverity", finding.severity),
        ):
            if iri:
                yield Quad(result, NamedNode(SH + name), NamedNode(iri), graph)
