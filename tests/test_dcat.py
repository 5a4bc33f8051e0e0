"""The data set is described as the profile of DCAT for European portals (DCAT-AP 3.0.1) asks."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, BNode, Dataset, Graph, Literal, Namespace, URIRef

from travaux_build.description import PREFIXES
from travaux_build.release import Release
from travaux_server.selftest.subject import Subject

TABLE = Path(__file__).with_name("dcat-ap.csv")
SPDX = Namespace("http://spdx.org/rdf/terms#")
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}


@dataclass(frozen=True)
class Rule:
    """What holds of a property of the things of a class: how many values, and what these are.

    `level` is mandatory, recommended or optional; `most` is a number or `*`; `range` is `literal`, `node`, a
    datatype or a class.
    """

    subject: str
    property: str
    level: str
    most: str
    range: str

    def violations(self, graph: Graph) -> Iterator[str]:
        """What in the graph breaks the rule."""
        for subject in graph.subjects(RDF.type, iri(self.subject)):
            values = list(graph.objects(subject, iri(self.property)))
            if self.level == "mandatory" and not values:
                yield f"{subject} has no {self.property}"
            if self.most != "*" and len(values) > int(self.most):
                yield f"{subject} has {len(values)} times {self.property}"
            for value in values:
                if not self._fits(graph, value):
                    yield f"{subject} has {self.property} {value!r}, which is no {self.range}"

    def _fits(self, graph: Graph, value: object) -> bool:
        if self.range == "literal":
            return isinstance(value, Literal)
        if self.range == "node":
            return isinstance(value, URIRef)
        if self.range.startswith("xsd:"):
            return isinstance(value, Literal) and value.datatype == XSD[self.range.removeprefix("xsd:")]
        return isinstance(value, URIRef) and (value, RDF.type, iri(self.range)) in graph


def rules() -> list[Rule]:
    """The rules of the profile."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return [
            Rule(row["class"], row["property"], row["level"], row["most"], row["range"])
            for row in csv.DictReader(stream)
        ]


def violations(graph: Graph) -> list[str]:
    """Everything in a graph that breaks the profile, and nodes without an IRI, which we do not publish."""
    unnamed = {f"{node} has no IRI" for row in graph for node in row if isinstance(node, BNode)}
    return sorted({*unnamed, *(found for rule in rules() for found in rule.violations(graph))})


def iri(compact: str) -> URIRef:
    """The IRI that a compact one stands for."""
    prefix, _, local = compact.partition(":")
    return URIRef(PREFIXES[prefix] + local)


@pytest.fixture(scope="module")
def catalogue(release: Release) -> Graph:
    return Graph().parse(release.path("catalogue.ttl"))


@pytest.fixture(scope="module")
def description(release: Release) -> Graph:
    return Graph().parse(release.path("dumps/graphs/description.ttl"))


def test_the_description_and_the_catalogue_keep_the_profile(catalogue: Graph, description: Graph) -> None:
    """Nothing that DCAT-AP asks for is missing, too many, or of the wrong kind."""
    assert violations(catalogue) == []
    assert violations(description) == []


def test_what_the_profile_recommends_is_stated(real_release: Release) -> None:
    """Each property that DCAT-AP asks for or recommends occurs with each class, where the card has it."""
    graph = Graph().parse(real_release.path("catalogue.ttl"))
    for rule in rules():
        if rule.level != "optional":
            subject, property_ = iri(rule.subject), iri(rule.property)
            stated = [one for one in graph.subjects(RDF.type, subject) if (one, property_, None) in graph]
            assert stated, rule


@pytest.mark.parametrize(
    ("property_", "value", "expected"),
    [
        (DCTERMS.publisher, None, "has no dcterms:publisher"),
        (DCTERMS.title, None, "has no dcterms:title"),
        (DCTERMS.accessRights, URIRef("http://example.org/secret"), "has 2 times dcterms:accessRights"),
        (DCTERMS.language, Literal("en"), "which is no dcterms:LinguisticSystem"),
        (DCAT.theme, URIRef("http://example.org/theme"), "which is no skos:Concept"),
    ],
)
def test_a_breach_of_the_profile_is_found(
    small_release: Release, property_: URIRef, value: URIRef | None, expected: str
) -> None:
    """A description that lacks something, or says it twice or wrongly, does not pass."""
    graph = Graph().parse(small_release.path("catalogue.ttl"))
    for subject in [*graph.subjects(RDF.type, DCAT.Catalog), URIRef(small_release.iris.dataset)]:
        if value is None:
            graph.remove((subject, property_, None))
        else:
            graph.add((subject, property_, value))
    assert any(expected in violation for violation in violations(graph))


def test_the_catalogue_lists_every_file_with_its_size_and_digest(release: Release, catalogue: Graph) -> None:
    """Dumps and tables are all there, under the names, with the bytes and SHA-256 of what lies there."""
    folder = f"{release.manifest.base}releases/{release.manifest.version}/"
    listed = set()
    for file in catalogue.subjects(RDF.type, DCAT.Distribution):
        name = str(file).removeprefix(folder)
        content = release.path(name).read_bytes()
        assert int(str(catalogue.value(file, DCAT.byteSize))) == len(content)
        checksum = catalogue.value(file, SPDX.checksum)
        assert catalogue.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        digest = str(catalogue.value(checksum, SPDX.checksumValue)).lower()
        assert digest == hashlib.sha256(content).hexdigest()
        listed.add(name)
    folders = ("dumps/", "tables/")
    offered = {file.name for file in release.manifest.files if file.name.startswith(folders)}
    assert {name for name in offered if "csv-metadata.json" not in name} == listed


def test_every_format_of_the_catalogue_holds_the_same_triples(release: Release, catalogue: Graph) -> None:
    """It comes in the formats of every document, with a triple in one if it is in all."""
    for suffix, name in FORMATS.items():
        assert set(Graph().parse(release.path(f"catalogue.{suffix}"), format=name)) == set(catalogue)
    quads = Dataset()
    quads.parse(release.path("catalogue.nq"), format="nquads")
    assert {(subject, predicate, value) for subject, predicate, value, _ in quads.quads()} == set(catalogue)


def test_the_catalogue_says_what_the_description_says(catalogue: Graph, description: Graph) -> None:
    """The description holds all of the catalogue but what is known only when files are written."""
    later = {DCAT.byteSize, SPDX.checksum, SPDX.checksumValue, SPDX.algorithm}
    files = {*description.subjects(RDF.type, DCAT.Distribution)}
    about = {*files, *description.subjects(RDF.type, DCAT.Dataset)}
    both = {row for row in catalogue if row[0] in about and row[1] not in later}
    assert len(both) > 300
    assert both <= set(description)


def test_whoever_is_named_is_described(release: Release, catalogue: Graph, description: Graph) -> None:
    """Publishers, contacts, terms of use, themes, places, formats: each has a label where it is named."""
    for graph in (catalogue, description):
        named = {
            value for _, property_, value in graph if str(property_).startswith((str(DCAT), str(DCTERMS)))
        }
        for one in named:
            if isinstance(one, URIRef) and str(one) != release.iris.ontology:
                assert (one, RDFS.label, None) in graph or (one, FOAF.name, None) in graph, one


def test_the_endpoint_describes_itself_by_the_profile(served: Subject, small_release: Release) -> None:
    """What the endpoint says of itself keeps the profile as well, beside the description that it names."""
    reply = served.ask("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=reply.body, format="turtle")
    services = {str(one) for one in graph.subjects(RDF.type, DCAT.DataService)}
    assert {"https://data.example/base/sparql", "https://data.example/base/graph-store"} <= services
    graph.parse(small_release.path("dumps/graphs/description.ttl"))
    assert violations(graph) == []


def test_every_iri_of_the_catalogue_resolves(served: Subject, small_release: Release) -> None:
    """What it names of ours is there; what has a fragment is described in the document before that."""
    base = small_release.manifest.base
    graph = Graph().parse(small_release.path("catalogue.ttl"))
    iris = {str(term) for row in graph for term in row if isinstance(term, URIRef)}
    documents: dict[str, Graph] = {}
    for iri in sorted(iri for iri in iris if iri.startswith(base)):
        path, _, fragment = iri.removeprefix(base).partition("#")
        reply = served.ask(f"/{path}", headers={"Accept": "text/turtle, */*;q=0.1"})
        assert reply.status in (200, 303), iri
        if fragment:
            if path not in documents:
                documents[path] = Graph().parse(data=reply.body, format="turtle")
            assert (URIRef(iri), None, None) in documents[path], iri
    assert {"catalogue", "dataset"} <= documents.keys()
