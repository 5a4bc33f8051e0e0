"""The version of the ontology: which it must have after a change of terms, and what states it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from travaux_build import rdf
from travaux_build.content import Content
from travaux_build.errors import Problem
from travaux_build.iris import NAMELESS, Iris
from travaux_build.reading.turtle import line_of
from travaux_build.release import Release

OWL = "http://www.w3.org/2002/07/owl#"
VERSION_INFO, VERSION_IRI = NamedNode(OWL + "versionInfo"), NamedNode(OWL + "versionIRI")
PRIOR_VERSION, DEPRECATED = NamedNode(OWL + "priorVersion"), NamedNode(OWL + "deprecated")
OF_VERSIONS = (VERSION_INFO, VERSION_IRI, PRIOR_VERSION)
NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
Number = tuple[int, ...]


def version_in(quads: Iterable[Quad], iris: Iris) -> str:
    """The version that the ontology states of itself (`owl:versionInfo`); empty if it states none."""
    ontology = NamedNode(iris.ontology)
    found = [quad.object for quad in quads if (quad.subject, quad.predicate) == (ontology, VERSION_INFO)]
    return min((value.value for value in found if isinstance(value, Literal)), default="")


def version_quads(version: str, previous: Release | None, iris: Iris) -> list[Quad]:
    """What follows from the version: its IRI (`owl:versionIRI`), and the one before (`owl:priorVersion`)."""
    if not version:
        return []
    ontology, graph = NamedNode(iris.ontology), NamedNode(iris.graph("ontology"))
    quads = [Quad(ontology, VERSION_IRI, NamedNode(iris.ontology_version(version)), graph)]
    if previous is None or previous.manifest.base != iris.base:
        return quads
    if previous.manifest.ontology == version:
        prior = [one.object for one in _triples(previous) if one.predicate == PRIOR_VERSION]
    else:
        before = previous.manifest.ontology
        prior = [NamedNode(iris.ontology_version(before))] if before else []
    return quads + [Quad(ontology, PRIOR_VERSION, value, graph) for value in prior]


def version_problems(quads: Iterable[Quad], previous: Release | None, content: Content) -> list[Problem]:
    """What is wrong with the version after what changed in the ontology since a previous release.

    Terms are never removed. New or newly deprecated ones raise the second number, every other change the
    third; a version is three numbers (semantic versioning) and never goes back.
    """
    iris = content.iris
    graph = NamedNode(iris.graph("ontology"))
    now = {quad.triple for quad in quads if quad.graph_name == graph}
    version = version_in(quads, iris)
    number = _number(version)
    if version and number is None:
        message = f"the ontology's version {version} is not made of three numbers"
        return [_problem(content, message, 'write owl:versionInfo "1.0.0"')]
    if previous is None or previous.manifest.base != iris.base:
        return []
    before = _triples(previous)
    removed = sorted(_terms(before, iris) - _terms(now, iris))
    if removed:
        remedy = "put it back, with owl:deprecated true, and dcterms:isReplacedBy if another replaces it"
        return [
            _problem(
                content, f"release {previous.manifest.version} has this term, and it is gone", remedy, term
            )
            for term in removed
        ]
    old = _number(previous.manifest.ontology) or (0, 0, 0)
    least, why = _least(before, now, old, iris)
    if (number or (0, 0, 0)) >= least:
        return []
    shown = ".".join(map(str, least))
    message = f"{why} since release {previous.manifest.version}, whose ontology has the version "
    message += previous.manifest.ontology or "none"
    return [_problem(content, message, f'write owl:versionInfo "{shown}"')]


def _least(before: set[Triple], now: set[Triple], old: Number, iris: Iris) -> tuple[Number, str]:
    """The lowest version that the ontology may have, and what changed."""
    major, minor, patch = old
    if new := sorted(_terms(now, iris) - _terms(before, iris)):
        return (major, minor + 1, 0), f"terms are new ({_names(new, iris)})"
    if new := sorted(_deprecated(now) - _deprecated(before)):
        return (major, minor + 1, 0), f"terms are newly deprecated ({_names(new, iris)})"
    if changed := sorted({str(getattr(one.subject, "value", "")) for one in _bare(before) ^ _bare(now)}):
        return (major, minor, patch + 1), f"what the ontology says has changed ({_names(changed, iris)})"
    return old, "the version goes back"


def _names(found: list[str], iris: Iris) -> str:
    shown = [iri.removeprefix(iris.terms) for iri in found[:3]]
    return ", ".join(shown) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _triples(release: Release) -> set[Triple]:
    text = release.path("dumps/graphs/ontology.ttl").read_bytes()
    return {one for one in rdf.read(text, rdf.TURTLE) if isinstance(one, Triple)}


def _bare(triples: set[Triple]) -> set[Triple]:
    return {one for one in triples if one.predicate not in OF_VERSIONS}


def _terms(triples: set[Triple], iris: Iris) -> set[str]:
    subjects = {one.subject.value for one in triples if isinstance(one.subject, NamedNode)}
    return {iri for iri in subjects if iri.startswith(iris.terms) and NAMELESS not in iri}


def _deprecated(triples: set[Triple]) -> set[str]:
    return {str(getattr(one.subject, "value", "")) for one in triples if one.predicate == DEPRECATED}


def _number(version: str) -> Number | None:
    match = NUMBER.fullmatch(version)
    return tuple(map(int, match.groups())) if match else None


def _problem(content: Content, message: str, remedy: str, term: str = "") -> Problem:
    """A problem in the file that declares the ontology, or in the first one."""
    places = [
        (content.name(path), line_of(content.text(path), content.iris.ontology))
        for path in content.ontology_files()
    ]
    file, line = next((place for place in places if place[1]), (places or [("ontology", 0)])[0])
    return Problem(file, line, 1 if line else 0, term.removeprefix(content.iris.terms), message, remedy)
