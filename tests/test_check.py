"""The check finds what is wrong with data and with shapes, and says where: file, line and column."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, serialize

from travaux_build.checking.check import check
from travaux_build.checking.report import Report
from travaux_build.content import open_content
from travaux_build.errors import Problem, Refused
from travaux_build.infer import infer
from travaux_build.pipeline import examine
from travaux_build.reading.reader import read
from travaux_build.reading.turtle import read_ontology

ROOT = Path(__file__).parents[1]
SH = "http://www.w3.org/ns/shacl#"
PREFIXES = """
@prefix garden: <https://example.org/garden/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix shapes: <https://example.org/garden/shapes#> .
"""


def report_on(root: Path, base: str | None = None) -> Report:
    content = open_content(root, base)
    reading = read(content)
    quads = [*reading.quads, *read_ontology(content)]
    return check([*quads, *infer(quads, content)], content, reading.locations)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_shapes(root: Path, text: str) -> None:
    (root / "shapes" / "more.ttl").write_text(PREFIXES + text, encoding="utf-8")


def faults(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        report_on(root)
    return refused.value.problems


def test_the_real_content_conforms() -> None:
    """The repository's own data are right by its own shapes, without so much as a warning."""
    report = report_on(ROOT)
    assert (report.problems, report.warnings, report.conforms) == ((), (), True)


def test_a_violation_names_line_word_and_value(small_content: Path) -> None:
    """A fault that only a shape can see is reported at the line of its word, with the value."""
    path = small_content / "data" / "record" / "meeting.yaml"
    replace(path, "proposedBy: person/amina", "proposedBy: plant/rose")
    lines = path.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "plant/rose" in text)
    report = report_on(small_content)
    place = (
        "data/record/meeting.yaml",
        line,
        "proposal/spring-1",
        "proposedBy: at least one person (plant/rose)",
    )
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.entry, problem.message) == place
    assert not report.conforms


def test_what_is_missing_is_reported_at_the_entry(small_content: Path) -> None:
    """A word that is not there has no line: the fault is reported where its entry begins."""
    path = small_content / "data" / "record" / "meeting.yaml"
    replace(path, "    ordinal: 2\n", "")
    (problem,) = report_on(small_content).problems
    lines = path.read_text(encoding="utf-8").split("\n")
    assert "proposal/spring-2" in lines[problem.line - 1]
    assert problem.message == "ordinal: one whole number from 1 (nothing is given)"


def test_all_violations_of_a_run_are_reported(small_content: Path) -> None:
    """Two faults in two entries give two problems, in the order of the lines."""
    path = small_content / "data" / "record" / "meeting.yaml"
    replace(path, "ordinal: 1", "ordinal: 0")
    replace(path, "proposedBy: person/bela", "proposedBy: plant/rose")
    lines = [problem.line for problem in report_on(small_content).problems]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_the_build_refuses_what_does_not_conform(small_content: Path) -> None:
    """The pipeline hands on what the check finds."""
    replace(small_content / "data" / "record" / "meeting.yaml", "ordinal: 1", "ordinal: 0")
    with pytest.raises(
        Refused, match=r"meeting.yaml:\d+:\d+: \[proposal/spring-1\] ordinal: one whole number"
    ):
        examine(open_content(small_content))


def test_warnings_do_not_refuse(small_content: Path) -> None:
    """A result of lower severity is a warning: it is reported, and the content still conforms."""
    replace(small_content / "data" / "record" / "meeting.yaml", "ordinal: 1", "ordinal: 0")
    path = small_content / "shapes" / "proposal.ttl"
    head, _, tail = path.read_text(encoding="utf-8").partition('"ordinal: one whole number from 1"@en')
    warned = tail.replace("sh:Violation", "sh:Warning", 1)
    path.write_text(head + '"ordinal: one whole number from 1"@en' + warned, encoding="utf-8")
    report = report_on(small_content)
    assert report.conforms
    assert [warning.entry for warning in report.warnings] == ["proposal/spring-1"]


def test_the_report_is_stable_and_without_blank_nodes(small_content: Path) -> None:
    """Two runs give the same SHACL report, in which each node has an IRI."""
    replace(small_content / "data" / "record" / "meeting.yaml", "ordinal: 1", "ordinal: 0")
    first, second = report_on(small_content).quads, report_on(small_content).quads
    assert serialize(first, format=RdfFormat.N_QUADS) == serialize(second, format=RdfFormat.N_QUADS)
    assert not [quad for quad in first if isinstance(quad.subject, BlankNode)]
    assert not [quad for quad in first if isinstance(quad.object, BlankNode)]
    assert NamedNode(SH + "ValidationResult") in {quad.object for quad in first}


def test_another_base_changes_nothing(small_content: Path) -> None:
    """Content read with another base than its own is judged by the same shapes."""
    assert report_on(small_content, "https://example.com/other/").conforms
    replace(small_content / "data" / "record" / "meeting.yaml", "ordinal: 1", "ordinal: 0")
    assert len(report_on(small_content, "https://example.com/other/").problems) == 1


def test_the_check_opens_no_socket(small_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation needs nothing from outside: without sockets it gives the same report."""
    expected = report_on(small_content)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert report_on(small_content) == expected


MORE = """
shapes:MoreShape a sh:NodeShape ;
    sh:targetClass garden:Plant ;
    sh:property shapes:More-cost ;
    sh:sparql shapes:query ;
    sh:severity sh:Violation .
shapes:More-cost a sh:PropertyShape ;
    sh:path garden:cost ;
    sh:maxCount 1 ;
    sh:message "cost: at most one"@en ;
    sh:severity sh:Violation .
shapes:query sh:select "SELECT $this WHERE { $this a $this }" ;
    sh:message "type: not itself"@en .
"""


def test_shapes_that_check_something_are_accepted(small_content: Path) -> None:
    """The shapes that the next test damages are right as they stand."""
    add_shapes(small_content, MORE)
    assert report_on(small_content).conforms


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sh:maxCount 1", "sh:maxCuont 1", "SHACL has no term sh:maxCuont — did you mean maxCount?"),
        ("sh:targetClass", "sh:targetClas", "SHACL has no term sh:targetClas — did you mean targetClass?"),
        ("sh:Violation", "sh:Violaton", "SHACL has no term sh:Violaton — did you mean Violation?"),
        ("sh:maxCount 1", "sh:deactivated true", "sh:deactivated would make the shape check less"),
        ("sh:maxCount 1", "sh:rule [ a sh:TripleRule ]", "sh:rule would make the shape check less"),
        ("garden:Plant", "'Plant'", "[MoreShape] sh:targetClass has a text for its value — write an IRI"),
        ("sh:maxCount 1", "sh:in shapes:query", "sh:in does not lead to a list"),
        (
            "sh:maxCount 1",
            "sh:or shapes:x . shapes:x rdf:first 1 ; rdf:rest shapes:x",
            "does not lead to a list",
        ),
        ("sh:maxCount 1", "sh:node shapes:MoreShape", "[MoreShape] calls upon itself by way of other shapes"),
        ("SELECT $this WHERE", "ASK", "sh:select is no SELECT query"),
        ("    sh:targetClass garden:Plant ;\n", "", "is about nothing: it has no target"),
        ("garden:Plant", "garden:Plnt", "the ontology declares no class Plnt — did you mean Plant?"),
        ("sh:maxCount 1", "sh:class garden:Persn", "declares no class Persn — did you mean Person?"),
        ("path garden:cost", "path garden:costs", "have no property costs — did you mean cost?"),
        ("sh:maxCount 1", "sh:lessThan garden:ordnal", "no property ordnal — did you mean ordinal?"),
        ("property shapes:More-cost", "property shapes:More-costs", "leads to More-costs, which is no shape"),
        ("property shapes:More-cost", "property shapes:Plant-label", "[More-cost] is about nothing"),
        ("    sh:path garden:cost ;\n", "", "is a property shape without sh:path"),
        ("    sh:maxCount 1 ;\n", "", "[More-cost] demands nothing"),
        ("sh:property shapes:More-cost ;\n    sh:sparql shapes:query ;", "", "[MoreShape] demands nothing"),
        ('    sh:message "cost: at most one"@en ;\n', "", "[More-cost] has no sh:message"),
        ("sh:sparql shapes:query", "sh:closed true", "[MoreShape] has no sh:message"),
        (";\n    sh:severity sh:Violation .", ".", "has no sh:severity"),
        ("sh:maxCount 1", 'sh:pattern "^(a+)+$"', "repeats a group that repeats something itself"),
        ("sh:maxCount 1", 'sh:pattern "^(a|b*){3,}$"', "repeats a group that repeats something itself"),
        ("sh:maxCount 1", 'sh:pattern "^a*b*c*d*$"', "has 4 repetitions without a bound"),
        ("sh:maxCount 1", 'sh:pattern "["', "is no regular expression"),
        ("$this a $this", "$this a", "sh:select is not SPARQL"),
        ("$this a $this", "SERVICE <http://127.0.0.1:9/> { $this a ?x }", "sh:select uses SERVICE"),
        ("$this a $this", "$this a ?x MINUS { ?x a ?y }", "uses MINUS, which SHACL does not allow"),
        ("SELECT $this WHERE { $this a $this }", "SELECT ?x WHERE { ?x a ?x }", "does not speak of $this"),
        ("sh:select", "sh:ask", "is no SPARQL constraint: it has no sh:select"),
        (' ;\n    sh:message "type: not itself"@en', "", "[query] has no sh:message"),
        (
            "sh:path garden:cost ;",
            "sh:path garden:cost ; sh:sparql shapes:query ;",
            "without a target of its own",
        ),
        ("sh:path garden:cost ;", "sh:path garden:cost", "shapes/more.ttl:16:5: is not Turtle"),
    ],
)
def test_shapes_that_would_check_nothing_are_refused(
    small_content: Path, old: str, new: str, message: str
) -> None:
    """Whatever makes a shape pass in silence, or hang, is an error at the line of the shape."""
    assert old in MORE
    add_shapes(small_content, MORE.replace(old, new))
    found = faults(small_content)
    assert message in "\n".join(map(str, found))
    assert {problem.file for problem in found} == {"shapes/more.ttl"}
    assert all(problem.line > PREFIXES.count("\n") for problem in found)


def test_a_shape_that_finds_nothing_is_refused_unless_its_data_are_to_come(small_content: Path) -> None:
    """A class without instances would pass for checked: that must be said, by a status of the shape."""
    (small_content / "ontology" / "rules" / "01-superclasses.rq").unlink()
    text = (
        'sh:targetClass garden:Statement ; sh:closed true ; sh:message "closed"@en ; sh:severity sh:Violation'
    )
    add_shapes(small_content, f"shapes:MoreShape a sh:NodeShape ; {text} .")
    (problem,) = faults(small_content)
    assert problem.message == "finds nothing in the data to check"
    status = '<http://www.w3.org/2003/06/sw-vocab-status/ns#term_status> "testing"'
    add_shapes(small_content, f"shapes:MoreShape a sh:NodeShape ; {text} ; {status} .")
    assert report_on(small_content).conforms


def test_no_shapes_and_no_data_are_errors(small_content: Path) -> None:
    """Nothing to judge by, or nothing to judge, is not conformance."""
    content = open_content(small_content)
    reading = read(content)
    with pytest.raises(Refused, match="there are no data"):
        check(read_ontology(content), content, reading.locations)
    for path in (small_content / "shapes").glob("*.ttl"):
        path.unlink()
    with pytest.raises(Refused, match="there are no shapes"):
        check(reading.quads, content, reading.locations)


def test_a_shape_that_the_validator_cannot_apply_is_refused(small_content: Path) -> None:
    """What pyshacl gives up on is a fault of the shapes, never conformance and never a traceback."""
    add_shapes(small_content, MORE.replace("sh:maxCount 1", "sh:maxCount 'many'"))
    assert "cannot be applied" in str(faults(small_content)[0])


def test_inverse_paths_are_understood(small_content: Path) -> None:
    """A property path is a blank node in SHACL: naming it for publication does not change what it means."""
    shapes = MORE.replace("garden:Plant", "garden:Person").replace("sh:maxCount 1", "sh:minCount 2")
    add_shapes(
        small_content, shapes.replace("sh:path garden:cost", "sh:path [ sh:inversePath garden:proposedBy ]")
    )
    assert {problem.entry for problem in report_on(small_content).problems} == {"person/amina", "person/bela"}
