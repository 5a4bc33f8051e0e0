"""The data set describes itself in figures that are true, and tells how it was made."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import pytest
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib import DCAT, PROV, VOID, Graph, Namespace, URIRef
from rdflib.term import Node

from travaux_build.release import Release

SCHEMA = Namespace("https://schema.org/")
DESCRIPTION = "dumps/graphs/description.ttl"


@pytest.fixture(scope="module")
def description(release: Release) -> Graph:
    return Graph().parse(release.path(DESCRIPTION))


@pytest.fixture(scope="module")
def count(release: Release) -> Callable[[str], int]:
    """The number that a SELECT over the release gives; no graph given, it asks the merge of all."""
    store = Store()
    for quad in parse(path=str(release.dump), format=RdfFormat.N_QUADS):
        store.add(quad)
        store.add(Quad(quad.subject, quad.predicate, quad.object))

    def ask(query: str) -> int:
        found = store.query(query)
        assert isinstance(found, QuerySolutions)
        return int(next(iter(found))[0].value)

    return ask


def number(graph: Graph, subject: Node, name: str) -> int:
    (value,) = graph.objects(subject, VOID[name])
    return int(str(value))


def test_totals_are_true(release: Release, description: Graph, count: Callable[[str], int]) -> None:
    """Triples, entities, classes, properties and distinct terms of each graph and of all are as counted."""
    things = release.iris.things
    for graph in [None, *(graph.iri for graph in release.manifest.graphs)]:
        said, where = URIRef(graph or release.iris.dataset), f"GRAPH <{graph}>" if graph else ""
        queries = {
            "triples": f"SELECT (COUNT(*) AS ?n) {{ {where} {{ ?s ?p ?o }} }}",
            "entities": f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} {{ ?s ?p ?o }} "
            f'FILTER(STRSTARTS(STR(?s), "{things}")) }}',
            "classes": f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ {where} {{ ?s a ?o }} }}",
            "properties": f"SELECT (COUNT(DISTINCT ?p) AS ?n) {{ {where} {{ ?s ?p ?o }} }}",
            "distinctSubjects": f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} {{ ?s ?p ?o }} }}",
        }
        if graph and (said, VOID.distinctObjects, None) in description:
            queries["distinctObjects"] = f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ {where} {{ ?s ?p ?o }} }}"
        for name, query in queries.items():
            assert number(description, said, name) == count(query), (graph, name)
    stated = set(description.subjects(VOID.distinctObjects)) & set(description.subjects(VOID.entities))
    assert len(stated) >= len(release.manifest.graphs) - 2


def test_class_partitions_are_true(release: Release, description: Graph, count: Callable[[str], int]) -> None:
    """There is a partition for each class that has instances, with their number."""
    parts = list(description.objects(URIRef(release.iris.dataset), VOID.classPartition))
    classes = [description.value(part, VOID["class"]) for part in parts]
    assert len(set(parts)) == len(set(classes)) == count("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }")
    for part, class_ in zip(parts, classes, strict=True):
        instances = count(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{class_}> }}")
        assert number(description, part, "entities") == instances


def test_property_partitions_are_true(
    release: Release, description: Graph, count: Callable[[str], int]
) -> None:
    """There is a partition for each property, with its triples and their distinct subjects and objects."""
    parts = list(description.objects(URIRef(release.iris.dataset), VOID.propertyPartition))
    properties = [description.value(part, VOID.property) for part in parts]
    total = count("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    assert len(set(parts)) == len(set(properties)) == total
    for part, property_ in zip(parts, properties, strict=True):
        triples = f"{{ ?s <{property_}> ?o }}"
        assert number(description, part, "triples") == count(f"SELECT (COUNT(*) AS ?n) {triples}")
        subjects = count(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {triples}")
        assert number(description, part, "distinctSubjects") == subjects
        objects = count(f"SELECT (COUNT(DISTINCT ?o) AS ?n) {triples}")
        is_figure = str(property_).startswith(str(VOID))
        if not is_figure or (part, VOID.distinctObjects, None) in description:
            assert number(description, part, "distinctObjects") == objects


def test_dumps_and_examples_are_there(release: Release, description: Graph) -> None:
    """VoID's dumps are DCAT's distributions, whole ones; its examples are things of ours."""
    dataset = URIRef(release.iris.dataset)
    dumps = set(description.objects(dataset, VOID.dataDump))
    assert dumps == set(description.objects(dataset, DCAT.distribution))
    assert len(dumps) == 18
    examples = list(description.objects(dataset, VOID.exampleResource))
    assert examples
    text = release.dump.read_text(encoding="utf-8")
    assert all(f"\n<{example}> " in text for example in examples)
    assert all(str(example).startswith(release.iris.things) for example in examples)


def test_the_build_is_told_with_its_tools(release: Release, description: Graph) -> None:
    """The release was generated by the program, with libraries in the versions that are installed here."""
    build = description.value(URIRef(release.iris.release(release.manifest.version)), PROV.wasGeneratedBy)
    association = description.value(build, PROV.qualifiedAssociation)
    program = description.value(association, PROV.agent)
    assert program == description.value(association, PROV.hadPlan)
    assert program == description.value(build, PROV.wasAssociatedWith)
    used = [program, *description.objects(build, PROV.used)]
    tools = {str(description.value(one, SCHEMA.name)): one for one in used}
    tools.pop("None")  # what was used but is no tool: the inputs
    assert {"pyoxigraph", "pyshacl", "rdflib"} <= tools.keys()
    for name, one in tools.items():
        assert str(description.value(one, SCHEMA.softwareVersion)) == version(name)
        assert f"{name} {version(name)}" in release.manifest.builder
