"""Turtle becomes quads in which every node has an IRI that depends on nothing but its content."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, Quad

from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.reading.turtle import read_ontology, read_shapes, read_turtle

ROOT = Path(__file__).parents[1]
SHAPES = "https://example.org/garden/shapes"
PREFIXES = f"@prefix : <{SHAPES}#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def read_text(root: Path, text: str) -> list[Quad]:
    path = root / "shapes" / "x.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    content = open_content(root)
    return read_turtle(content, path, content.iris.graph("shapes"))


def nodes(quads: list[Quad]) -> set[str]:
    values = [
        term.value for quad in quads for term in (quad.subject, quad.object) if isinstance(term, NamedNode)
    ]
    return {value for value in values if "#node-" in value}


def refusal(root: Path, text: str) -> str:
    with pytest.raises(Refused) as refused:
        read_text(root, text)
    return str(refused.value)


def test_no_blank_node_is_left() -> None:
    """The real ontology and shapes are published without blank nodes, lists and all."""
    content = open_content(ROOT)
    for quad in [*read_ontology(content), *read_shapes(content)]:
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


def test_naming_blank_nodes_changes_nothing_else() -> None:
    """What another parser reads in the files is what we read, but for the nodes that had no name."""
    content = open_content(ROOT)
    ours, theirs = rdflib.Graph(), rdflib.Graph()
    text = "\n".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in read_shapes(content))
    ours.parse(data=text, format="nt")
    for path in content.shape_files():
        theirs.parse(path)
    named = {triple for triple in ours if not any("#node-" in str(node) for node in triple)}
    blank = {triple for triple in theirs if any(isinstance(node, rdflib.BNode) for node in triple)}
    assert named == set(theirs) - blank
    assert {*ours.predicates()} == {*theirs.predicates()}


def test_a_name_depends_on_the_content_alone(small_content: Path) -> None:
    """Other statements, another order and another prefix leave the name of a node as it is."""
    first = nodes(read_text(small_content, ":a sh:in ( 1 2 ) ."))
    again = nodes(read_text(small_content, ":b sh:order 7 .\n:a <http://www.w3.org/ns/shacl#in> (1 2) ."))
    other = nodes(read_text(small_content, ":a sh:in ( 1 3 ) ."))
    assert len(first) == 2
    assert first == again
    assert first != other
    assert all(name.startswith(f"{SHAPES}#node-") for name in first)


def test_equal_nodes_become_one(small_content: Path) -> None:
    """Two lists of the same members are one list."""
    assert len(nodes(read_text(small_content, ":a sh:in ( 1 2 ) . :b sh:in ( 1 2 ) ."))) == 2


def test_long_lists_are_named_without_recursion(small_content: Path) -> None:
    """A list of many members, each node of which hangs on the next, is read to its end."""
    members = " ".join(map(str, range(5000)))
    assert len(nodes(read_text(small_content, f":a sh:in ( {members} ) ."))) == 5000


def test_relative_iris_are_resolved_against_the_document(small_content: Path) -> None:
    """In shapes `<#a>` is a shape; in data `<plant/rose>` is a thing."""
    (quad,) = read_text(small_content, "<#a> sh:order 1 .")
    assert quad.subject == NamedNode(f"{SHAPES}#a")
    content = open_content(small_content)
    path = small_content / "data" / "links" / "x.ttl"
    path.write_text("<plant/rose> a <plant/apple> .", encoding="utf-8")
    (quad,) = read_turtle(content, path, content.iris.graph("links"))
    assert quad.subject == NamedNode("https://example.org/garden/id/plant/rose")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":a sh:order 1\n:b sh:order 2 .", "shapes/x.ttl:4:1: is not Turtle"),
        (":a sh:path <a b> .", "shapes/x.ttl:3:12: is not Turtle: Invalid IRI"),
        (':a sh:path <http://x/"> .', "shapes/x.ttl:3:12: is not Turtle: Invalid IRI"),
        (":a shh:path :b .", "shapes/x.ttl:3:4: is not Turtle"),
        (":a sh:order 1 .\n_:x sh:path _:y . _:y sh:path _:x .", "leads back to itself"),
        (":a sh:path <<( :b :c :d )>> .", "shapes/x.ttl:3:1: holds quoted triples"),
        (":a sh:path " + "<<( :b :c " * 60_000, "holds quoted triples"),
        (':a sh:name "a\\u0000b" .', "contains a NUL character"),
        (':a sh:name "a\u202eb" .', "bidirectional"),
        (":a sh:path " + "[ :b " * 100_000, "is not Turtle"),
    ],
)
def test_what_cannot_be_published_is_refused(small_content: Path, text: str, message: str) -> None:
    """Syntax errors, illegal IRIs, hidden characters and circles are faults with file and line."""
    assert message in refusal(small_content, text)


def test_faults_of_all_files_are_reported_at_once(small_content: Path) -> None:
    """Two broken files give two problems."""
    for name in ("a", "b"):
        (small_content / "shapes" / f"{name}.ttl").write_text("x", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_shapes(open_content(small_content))
    assert [problem.file for problem in refused.value.problems] == ["shapes/a.ttl", "shapes/b.ttl"]
