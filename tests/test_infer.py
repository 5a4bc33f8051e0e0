"""Rules of the ontology are applied until nothing new follows, and no rule can do harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.infer import infer
from travaux_build.reading.reader import read
from travaux_build.reading.turtle import read_ontology

GARDEN = "https://example.org/garden/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
HEAD = "PREFIX garden: <https://example.org/garden/ontology#>\n"


def inferred(root: Path) -> list[Quad]:
    content = open_content(root)
    return infer([*read(content).quads, *read_ontology(content)], content)


def write_rule(root: Path, name: str, text: str) -> None:
    (root / "ontology" / "rules" / name).write_text(text, encoding="utf-8")


def refusal(root: Path) -> str:
    with pytest.raises(Refused) as refused:
        inferred(root)
    return str(refused.value)


def test_what_is_of_a_class_is_of_the_class_above(small_content: Path) -> None:
    """What a rule adds stands in the graph of inferred triples, and nothing that is stated stands there."""
    found = inferred(small_content)
    proposals = [quad for quad in found if quad.object == NamedNode(GARDEN + "ontology#Statement")]
    assert proposals
    assert {quad.graph_name for quad in found} == {NamedNode(GARDEN + "graph/inferred")}
    content = open_content(small_content)
    assert not {quad.triple for quad in found} & {quad.triple for quad in read(content).quads}


def test_rules_feed_one_another(small_content: Path) -> None:
    """A rule that runs early sees what a later one has added, so the order of files does not matter."""
    write_rule(small_content, "00-b.rq", HEAD + "CONSTRUCT { ?x a garden:C } WHERE { ?x a garden:B }")
    write_rule(small_content, "99-a.rq", HEAD + "CONSTRUCT { ?x a garden:B } WHERE { ?x a garden:Meeting }")
    classes = {str(quad.object) for quad in inferred(small_content)}
    assert f"<{GARDEN}ontology#C>" in classes


def test_a_rule_names_its_graph(small_content: Path) -> None:
    """A comment `# graph: NAME` in a rule sends what it adds to that graph."""
    rule = "# graph: links\n" + HEAD + "CONSTRUCT { ?x a garden:B } WHERE { ?x a garden:Meeting }"
    write_rule(small_content, "02-b.rq", rule)
    graphs = {quad.graph_name for quad in inferred(small_content) if str(quad.object).endswith("#B>")}
    assert graphs == {NamedNode(GARDEN + "graph/links")}


def test_nothing_is_said_of_what_is_not_ours(small_content: Path) -> None:
    """Triples about things of others are left out, though rules may reason with them."""
    rule = (
        HEAD
        + "CONSTRUCT { <https://example.net/x> a garden:B . ?x a garden:B } WHERE { ?x a garden:Meeting }"
    )
    write_rule(small_content, "02-b.rq", rule)
    subjects = {quad.subject.value for quad in inferred(small_content) if isinstance(quad.subject, NamedNode)}
    assert all(one.startswith(GARDEN) for one in subjects)


def test_inference_does_not_depend_on_order(small_content: Path) -> None:
    """The same quads in another order give the same result, in the same order."""
    content = open_content(small_content)
    quads = [*read(content).quads, *read_ontology(content)]
    assert infer(quads, content) == infer(reversed(quads), content)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("CONSTRUCT { ?x a ?y } WHERE { ?x a }", "ontology/rules/05-x.rq:1:"),
        ("# a\n\nCONSTRUCT { ?x a ?y }\nWHERE { ?x a ?y ]", "ontology/rules/05-x.rq:4:18: is not SPARQL"),
        ("SELECT * WHERE { ?x a ?y }", "is not a CONSTRUCT query"),
        ("CONSTRUCT { [] a ?y } WHERE { ?x a ?y }", "makes nodes that have no IRI"),
        ("CONSTRUCT { ?x a _:y } WHERE { ?x a ?y }", "makes nodes that have no IRI"),
        ("CONSTRUCT { ?x a ?y }\nWHERE { sErViCe <http://127.0.0.1:9/> { ?x a ?y } }", ":2:0: uses SERVICE"),
        ("CONSTRUCT { ?x a ?y } WHERE { \\u0053ERVICE <http://127.0.0.1:9/> { ?x a ?y } }", "uses an escape"),
        ("CONSTRUCT { ?x a ?y } FROM <http://127.0.0.1:9/> WHERE { ?x a ?y }", "uses FROM"),
        ("CONSTRUCT { ?x a ?y } WHERE " + "{" * 2000 + "}" * 2000, "nested more than"),
        ("CONSTRUCT { ?x a ?y } WHERE { ?x a ?y FILTER(" + "1+" * 9000 + "1) }", "characters, more than"),
    ],
)
def test_a_bad_rule_is_refused_by_name(small_content: Path, rule: str, message: str) -> None:
    """A rule that is malformed, reaches out or would break the engine is refused with file and line."""
    write_rule(small_content, "05-x.rq", rule)
    assert message in refusal(small_content)


def test_names_and_literals_may_speak_of_services(small_content: Path) -> None:
    """The words that are refused as keywords are free in comments, IRIs, literals and names."""
    rule = (
        "# FROM SERVICE\nPREFIX service: <https://example.org/FROM/>\nCONSTRUCT { ?service a service:x }\n"
        'WHERE { ?service a ?y FILTER(STR(?y) != "SERVICE <x> FROM") }'
    )
    write_rule(small_content, "05-x.rq", rule)
    assert inferred(small_content)


def test_a_rule_without_end_is_refused(small_content: Path) -> None:
    """A rule that makes new things out of its own is stopped, and named."""
    rule = HEAD + (
        "CONSTRUCT { ?next a garden:Meeting } WHERE { ?x a garden:Meeting "
        'BIND(IRI(CONCAT(STR(?x), "x")) AS ?next) }'
    )
    write_rule(small_content, "05-endless.rq", rule)
    assert "ontology/rules/05-endless.rq: still adds triples" in refusal(small_content)


def test_all_bad_rules_are_named_at_once(small_content: Path) -> None:
    """Two bad rules give two problems in one run."""
    write_rule(small_content, "05-x.rq", "CONSTRUCT")
    write_rule(small_content, "06-y.rq", "ASK { ?x a ?y }")
    with pytest.raises(Refused) as refused:
        inferred(small_content)
    assert [problem.file for problem in refused.value.problems] == [
        "ontology/rules/05-x.rq",
        "ontology/rules/06-y.rq",
    ]
