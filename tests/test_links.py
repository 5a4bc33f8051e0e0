"""Links: every one that the release publishes has its evidence, and stands in the list of verified links."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VOID, Graph, Literal, URIRef
from rdflib.namespace import FOAF

from travaux_build.release import Release

VERIFIED = Path(__file__).parents[2] / "shared" / "links"
ENOUGH = 400
"""How many links to other data sets there are at least."""
FIGURES = ("triples", "distinctSubjects", "distinctObjects")
RELATIONS = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, OWL.sameAs, RDFS.seeAlso, FOAF.page}


@pytest.fixture(scope="module")
def links(real_release: Release) -> Graph:
    """The graph of links."""
    return Graph().parse(real_release.path("dumps/graphs/links.ttl"))


def verified(name: str) -> list[dict[str, str]]:
    """The rows of a list of verified facts, if it is at hand."""
    path = VERIFIED / name
    if not path.exists():
        pytest.skip(f"{name} is not at hand: it lies beside the checkout, in shared/links")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_there_are_enough_links(links: Graph) -> None:
    """Hundreds of resources lead to other data sets."""
    assert sum(1 for _, relation, _ in links if relation in RELATIONS) >= ENOUGH


def test_every_link_is_stated_with_its_evidence(links: Graph, real_release: Release) -> None:
    """Each link and identifier has a node that says where it was found, and each such node its link."""
    evidence = URIRef(real_release.iris.terms + "evidence")
    stated = {
        (links.value(node, RDF.subject), links.value(node, RDF.predicate), links.value(node, RDF.object))
        for node in links.subjects(RDF.subject)
        if links.value(node, evidence)
    }
    direct = {row for row in links if row[1] in RELATIONS | {DCTERMS.identifier}}
    assert stated == direct


def test_linksets_count_their_links(links: Graph, real_release: Release) -> None:
    """The figures and relations of every linkset are those of the links to its data set."""
    target = URIRef(real_release.iris.terms + "linkTarget")
    found: dict[object, list[tuple[object, ...]]] = {}
    for node in links.subjects(RDF.subject):
        link = tuple(links.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        if not isinstance(link[2], Literal):
            found.setdefault(links.value(node, target), []).append(link)
    linksets = set(links.subjects(RDF.type, VOID.Linkset))
    assert {links.value(one, VOID.objectsTarget) for one in linksets} == found.keys()
    for one in linksets:
        stated = found[links.value(one, VOID.objectsTarget)]
        subjects, relations, objects = map(set, zip(*stated, strict=True))
        figures = [int(str(links.value(one, VOID[name]))) for name in FIGURES]
        assert figures == [len(stated), len(subjects), len(objects)]
        assert set(links.objects(one, VOID.linkPredicate)) == relations


def test_every_link_is_a_verified_one(links: Graph) -> None:
    """No link is published that is not in the list of verified links, with the relation given there."""
    prefixes = {"skos": SKOS, "owl": OWL, "rdfs": RDFS, "foaf": FOAF, "dcterms": DCTERMS}
    known = set()
    for row in verified("links.csv"):
        prefix, _, local = row["relation"].partition(":")
        known.add((str(prefixes[prefix][local]), row["iri"]))
    published = {
        (str(links.value(node, RDF.predicate)), str(links.value(node, RDF.object)))
        for node in links.subjects(RDF.subject)
    }
    assert published <= known


def test_every_label_in_another_language_is_a_verified_one(real_release: Release) -> None:
    """Names in other languages than English stand in the list, or are printed in the record itself."""
    reference = Graph().parse(real_release.path("dumps/graphs/reference.ttl"))
    known = {(row["label"].strip(), row["lang"]) for row in verified("labels.csv")}
    used = {
        (str(label), label.language)
        for relation in (RDFS.label, SKOS.altLabel)
        for label in reference.objects(None, relation)
        if isinstance(label, Literal) and label.language != "en"
    }
    printed_in_the_record = {("Comisión de Apoyo a Refugiados y Migrantes", "es")}
    assert used - known <= printed_in_the_record
