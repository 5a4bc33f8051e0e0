"""The first record: complete, and every judgement in a graph of its own."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from rdflib import RDF, RDFS, SKOS, Dataset, Graph, Namespace, URIRef

from travaux_build.release import Release

PER_AREA = [7, 7, 3, 8, 4, 6, 6, 4, 8, 8, 13, 3]
BASE = os.environ.get("REAL_BASE", "https://w3id.org/travaux/")
TV = Namespace(f"{BASE}ontology#")
THING = Namespace(f"{BASE}id/")


@pytest.fixture(scope="module")
def everything(real_release: Release) -> Graph:
    """All graphs merged."""
    return Graph().parse(real_release.path("dumps/travaux.nt"))


@pytest.fixture(scope="module")
def graphs(real_release: Release) -> Dataset:
    """All graphs, each by its name."""
    dataset = Dataset()
    for name in ("record", "reference", "editorial"):
        graph = dataset.graph(URIRef(real_release.iris.graph(name)))
        graph.parse(real_release.path(f"dumps/graphs/{name}.ttl"))
    return dataset


def test_each_area_has_all_its_recommendations(everything: Graph) -> None:
    """The lists of the summary have 7 7 3 8 4 6 6 4 8 8 13 3 items."""
    found = Counter(str(everything.value(area, SKOS.notation)) for _, area in everything[: TV.area])
    assert [found[letter] for letter in sorted(found)] == PER_AREA
    assert sum(1 for _ in everything[: RDF.type : TV.Recommendation]) == sum(PER_AREA) == 77


@pytest.mark.parametrize("kind", [TV.Recommendation, TV.Position])
def test_contributions_rest_on_a_passage_and_have_a_theme(everything: Graph, kind: URIRef) -> None:
    """Every recommendation and position says where it stands and what it is about."""
    members = set(everything[: RDF.type : kind])
    assert members
    for member in members:
        assert everything.value(member, TV.passage), member
        assert everything.value(member, TV.theme), member


def test_positions_say_who_how_many_and_in_what_attitude(everything: Graph) -> None:
    """Every position has a holder, a quantifier and a stance."""
    for position in everything[: RDF.type : TV.Position]:
        for needed in (TV.heldBy, TV.quantifier, TV.stance):
            assert everything.value(position, needed), (position, needed)


def test_what_became_of_every_recommendation_is_stated(everything: Graph) -> None:
    """Each of the 77 is aligned with something, or it is said that nothing fits."""
    recommendations = set(everything[: RDF.type : TV.Recommendation])
    assert {recommendation for _, recommendation in everything[: TV.alignsContribution]} == recommendations
    for alignment in everything[: RDF.type : TV.Alignment]:
        for needed in (TV.alignsWith, TV.alignmentRelation, TV.confidence, TV.rationale, TV.curator):
            assert everything.value(alignment, needed), (alignment, needed)


def test_judgement_stays_out_of_the_record(graphs: Dataset) -> None:
    """Alignments and implied addressees stand in the editorial graph and in no other."""
    editorial = URIRef(f"{BASE}graph/editorial")
    for pattern in ((None, TV.impliedAddressee, None), (None, RDF.type, TV.Alignment)):
        named = {graph for _, _, _, graph in graphs.quads((*pattern, None))}
        assert named == {editorial}


def test_sixteen_people_and_five_states_are_named(everything: Graph) -> None:
    """The programme names sixteen people, who sit for bodies and for five States."""
    assert sum(1 for _ in everything[: RDF.type : TV.Person]) == 16
    states = {str(everything.value(state, RDFS.label)) for state in everything[: RDF.type : TV.State]}
    assert len(states) == 5


def test_the_sister_conventions_are_told_from_their_committees(everything: Graph) -> None:
    """k-10 abbreviates the convention like the committee: it invokes the treaty and mentions no committee."""
    item = THING["recommendation/gcm-1-k-10"]
    assert set(everything[item : TV.invokes]) == {THING["instrument/icerd"]}
    assert not set(everything[item : TV.mentions])
    assert set(everything[THING["instrument/icerd"] : TV.monitoredBy]) == {THING["actor/cerd-committee"]}


def test_draft_and_final_principles_are_two(everything: Graph) -> None:
    """At the session the principles were a draft; the later text is an instrument of its own."""
    draft, final = THING["instrument/gmg-principles-draft"], THING["instrument/gmg-principles"]
    assert set(everything[draft : TV.laterVersion]) == {final}
    assert set(everything[THING["recommendation/gcm-1-b-1"] : TV.invokes]) == {draft}
