"""The real data: read without a fault, and to the same triples as any other JSON-LD reader would."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse
from rdflib import Graph

from travaux_build.content import Content, open_content
from travaux_build.reading.context import read_context
from travaux_build.reading.json_lines import parse_json_lines
from travaux_build.reading.nodes import Fields, Items, Node, Scalar
from travaux_build.reading.reader import read
from travaux_build.reading.strict_yaml import parse_yaml
from travaux_build.reading.tables import parse_csv
from travaux_build.reading.triples import documents, json_ld, quads_of

ROOT = Path(__file__).parents[1]
BASE = os.environ.get("REAL_BASE")
NAMES = [path.relative_to(ROOT).as_posix() for _, path in open_content(ROOT).graph_files()]


@pytest.fixture(scope="module")
def content() -> Content:
    return open_content(ROOT, BASE)


def roots(content: Content, name: str) -> list[Node]:
    """The root of a YAML file, or the entries of a table or of JSON Lines."""
    path = content.root / name
    text = content.text(path)
    if path.suffix == ".yaml":
        root = parse_yaml(text, name).root
        return [root] if root else []
    if path.suffix == ".csv":
        return [*parse_csv(text, name, read_context(content))[0]]
    return parse_json_lines(text, name)[0] if path.suffix == ".jsonl" else []


def json_documents(content: Content, name: str) -> list[str]:
    """The JSON-LD documents that a data file is, as the pipeline makes them."""
    context = read_context(content)
    found = roots(content, name)
    return [json_ld(found[0], context)] if name.endswith(".yaml") else list(documents(found, context))


def count(node: Node) -> int:
    """How many values a node holds, a nested entry counting as one more; ids are no values."""
    if isinstance(node, Scalar):
        return 1
    if isinstance(node, Items):
        return sum(count(item) for item in node.items)
    nested = 1 if node.get("id") else 0
    return nested + sum(count(value) for key, value in node.pairs if key.text != "id")


def test_the_real_data_are_read_without_a_fault_and_fast(content: Content) -> None:
    """Nothing is wrong with any data file, every entry is located, and reading takes under two seconds."""
    start = time.process_time()
    reading = read(content)
    assert time.process_time() - start < 2
    things = content.iris.things
    subjects = {quad.subject.value for quad in reading.quads if isinstance(quad.subject, NamedNode)}
    assert {things + entry.id for entry in reading.entries} == subjects
    for quad in reading.quads:
        assert isinstance(quad.subject, NamedNode)
        found = reading.locations.find(quad.subject.value, quad.predicate.value)
        assert found is not None
        line = (content.root / found.file).read_text(encoding="utf-8").split("\n")[found.line - 1]
        assert line.strip()


@pytest.mark.filterwarnings(
    "ignore:(ConjunctiveGraph|Dataset):DeprecationWarning"
)  # its JSON-LD parser uses its own old parts
@pytest.mark.parametrize("name", NAMES)
def test_two_parsers_read_the_same_from_each_file(content: Content, name: str) -> None:
    """pyoxigraph and rdflib get the same triples from the JSON-LD of every data file, without blank nodes."""
    for document in json_documents(content, name):
        ours = {quad.triple for quad in quads_of(document, "urn:x:graph")}
        other = Graph().parse(data=document, format="json-ld").serialize(format="nt")
        theirs = {quad.triple for quad in parse(other, format=RdfFormat.N_TRIPLES)}
        assert ours
        assert ours == theirs
        assert not any(isinstance(term, BlankNode) for triple in ours for term in triple)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_written_is_lost(content: Content, name: str) -> None:
    """Every value of every data file is one triple: none is dropped on the way, none comes from nowhere."""
    found = [quad for document in json_documents(content, name) for quad in quads_of(document, "urn:x:graph")]
    written = roots(content, name)
    top = sum(1 for root in written if isinstance(root, Fields) and root.get("id"))
    if name.endswith(".yaml") and not top:
        (root,) = written
        assert isinstance(root, Fields)
        entries = root.get("entries")
        top = len(entries.items) if isinstance(entries, Items) else 0
    assert len(found) == len(set(found)) == sum(map(count, written)) - top
