"""Query files: front matter, parameters and their values, and everything that is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Variable

from travaux_build.content import open_content
from travaux_build.errors import Refused
from travaux_build.iris import Iris
from travaux_build.reading.queries import read_queries
from travaux_build.reading.query_file import Parameter, ValueRefused, bind, parse_query

IRIS = Iris("https://example.org/garden/")
GOOD = """# title: What grows where?
# description: Plants and their beds,
#   in order.
# parameter: bed iri — a bed, for example bed/north
# parameter: height integer - how high it grows
PREFIX schema: <https://schema.org/>

SELECT ?plant ?bed ?height
WHERE { ?plant schema:location ?bed ; schema:height ?height }
ORDER BY ?plant
"""


def faults(text: str) -> list[str]:
    """The problems of a query file, each as one line."""
    with pytest.raises(Refused) as refused:
        parse_query(text, "what-grows", "data/queries/what-grows.rq")
    return [str(problem) for problem in refused.value.problems]


def test_a_query_file_says_what_it_asks_and_what_may_be_given() -> None:
    """Title, description over several lines, parameters in order, and the query without its front matter."""
    query = parse_query(GOOD, "what-grows", "data/queries/what-grows.rq")
    assert (query.name, query.title) == ("what-grows", "What grows where?")
    assert query.description == "Plants and their beds, in order."
    assert query.parameters == (
        Parameter("bed", "iri", "a bed, for example bed/north"),
        Parameter("height", "integer", "how high it grows"),
    )
    assert query.text.startswith("PREFIX schema:")
    assert query.text.endswith("ORDER BY ?plant\n")


def test_a_comment_after_an_empty_line_belongs_to_the_query() -> None:
    """Only the comments at the very top are front matter."""
    query = parse_query(GOOD.replace("PREFIX", "\n# titel: not read as a key\nPREFIX"), "q", "q.rq")
    assert "# titel: not read as a key" in query.text


def test_a_value_is_bound_and_without_one_the_query_answers_for_all() -> None:
    """Substitution restricts the answer; text that looks like SPARQL stays text."""
    store = Store()
    schema = "https://schema.org/"
    for plant, bed in [("rose", "north"), ("sage", "south")]:
        subject = NamedNode(IRIS.thing(f"plant/{plant}"))
        store.add(Quad(subject, NamedNode(schema + "location"), NamedNode(IRIS.thing(f"bed/{bed}"))))
        store.add(Quad(subject, NamedNode(schema + "height"), Literal(3)))
    query = parse_query(GOOD, "what-grows", "what-grows.rq")

    def plants(**given: str) -> list[str]:
        asked = [one for one in query.parameters if one.name in given]
        values = {Variable(one.name): bind(one, given[one.name], IRIS) for one in asked}
        solutions = store.query(query.text, substitutions={**values})
        assert isinstance(solutions, QuerySolutions)
        return [IRIS.key(str(solution["plant"].value)) for solution in solutions]

    assert plants() == ["plant/rose", "plant/sage"]
    assert plants(bed="bed/north") == ["plant/rose"]
    assert plants(bed="https://example.org/garden/id/bed/south", height="3") == ["plant/sage"]
    assert plants(height="4") == []


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("iri", " bed/north ", NamedNode("https://example.org/garden/id/bed/north")),
        ("iri", "http://www.wikidata.org/entity/Q211", NamedNode("http://www.wikidata.org/entity/Q211")),
        ("string", '" } DROP ALL #', Literal('" } DROP ALL #')),
        ("integer", "012", Literal(12)),
        (
            "date",
            "2017-05-08",
            Literal("2017-05-08", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        ),
        ("language", "zh-Hant", Literal("zh-hant")),
    ],
)
def test_each_type_makes_its_own_term(kind: str, text: str, term: NamedNode | Literal) -> None:
    """A key becomes the thing's IRI, numbers and dates become typed literals, a string is taken as it is."""
    assert bind(Parameter("x", kind, ""), text, IRIS) == term


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("iri", ""),
        ("iri", "north"),
        ("iri", "bed/no rth"),
        ("iri", "bed/../../etc"),
        ("iri", "bed/north> . ?s ?p ?o"),
        ("iri", "javascript:alert(1)"),
        ("iri", "file:///etc/passwd"),
        ("iri", "https://example.org/<x>"),
        ("iri", "https://" + "a" * 3000),
        ("iri", "http://["),
        ("iri", "http://example.org:port/"),
        ("iri", "bed/\u202ehtron"),
        ("string", "k-10\x00"),
        ("string", "\ud800"),
        ("integer", "1.5"),
        ("integer", "٣"),
        ("integer", "9" * 30),
        ("date", "8 May 2017"),
        ("date", "2017-02-30"),
        ("language", "en_GB"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_an_example(kind: str, text: str) -> None:
    """The message names the parameter and says what to write, and quotes no more than the beginning."""
    with pytest.raises(ValueRefused, match=r"^place: .*; (write|use)") as refused:
        bind(Parameter("place", kind, ""), text, IRIS)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# title: What grows where?\n", "", "what-grows.rq:1:1: has no title"),
        ("# description: Plants and their beds,\n#   in order.\n", "", ":1:1: has no description"),
        ("# title:", "# titel:", ":1:3: titel is no key of the front matter — did you mean title?"),
        ("# title: What grows where?", "# What grows?", "what-grows.rq:1:1: is no line of a front matter"),
        ("#   in order.", "# order: first", "what-grows.rq:1:1: order 'first' is no whole number"),
        ("#   in order.", "# title: Again", "what-grows.rq:3:1: has a second title"),
        ("bed iri", "bed irri", "what-grows.rq:4:1: irri is no type of a parameter — did you mean iri?"),
        ("bed iri — a bed, for example bed/north", "bed", "what-grows.rq:4:1: 'bed' is no parameter"),
        (
            "parameter: height",
            "parameter: heigth",
            "heigth is no variable of the query — did you mean height?",
        ),
        ("?plant ?bed ?height\nW", "?plant ?height\nW", "parameter bed is not among what the query selects"),
        ("parameter: height integer", "parameter: bed integer", "has two parameters called bed"),
        ("?height }", "?height", "what-grows.rq:10:9: is not SPARQL: expected"),
        ("WHERE {", "WHERE { SERVICE <http://x.org/> { ?a ?b ?c }", "what-grows.rq:9:1: uses SERVICE"),
        ("WHERE {", "FROM <http://x.org/>\nWHERE {", "what-grows.rq:9:1: uses FROM"),
        ("SELECT ?plant ?bed ?height\nWHERE", "DELETE WHERE", "uses DELETE: an update is no query"),
    ],
)
def test_what_is_wrong_with_a_query_file_is_said_with_its_place(old: str, new: str, message: str) -> None:
    """File, line and column where they are known, the fault, and what to do about it."""
    assert old in GOOD
    found = faults(GOOD.replace(old, new))
    assert any(message in line for line in found), found
    assert all(" — " in line for line in found)


def test_all_faults_of_a_file_are_said_at_once() -> None:
    """Front matter and query are both examined before anything is refused."""
    text = GOOD.replace("# title: What grows where?\n", "").replace("parameter: bed", "parameter: bet")
    assert len(faults(text)) == 2


def test_the_faults_of_all_query_files_are_said_at_once(small_content: Path) -> None:
    """A term that the ontology does not declare is refused with the nearest that it does, file by file."""
    folder = small_content / "data" / "queries"
    folder.mkdir(exist_ok=True)
    content = open_content(small_content)
    term = next(
        line.split()[0].split(":")[1]
        for path in content.ontology_files()
        for line in content.text(path).split("\n")
        if " a owl:Class" in line
    )
    prefix = f"# title: T\n# description: D\nPREFIX own: <{content.iris.terms}>\n"
    wrong = prefix + f"SELECT ?x WHERE {{ ?x a own:{term}x }}\n"
    (folder / "wrong-term.rq").write_text(wrong, encoding="utf-8")
    (folder / "wrong-head.rq").write_text("SELECT ?x WHERE { ?x a ?y }\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_queries(content)
    lines = [str(problem) for problem in refused.value.problems]
    message = f"the ontology declares no term {term}x — did you mean {term}?"
    assert f"data/queries/wrong-term.rq:4:1: {message}" in lines
    assert any(line.startswith("data/queries/wrong-head.rq:1:1: has no title") for line in lines)


def test_words_in_comments_and_texts_are_no_terms(small_content: Path) -> None:
    """Only what the query itself uses is held against the ontology."""
    folder = small_content / "data" / "queries"
    folder.mkdir(exist_ok=True)
    content = open_content(small_content)
    prefix = f"# title: T\n# description: D\nPREFIX own: <{content.iris.terms}>\n"
    text = prefix + 'SELECT ?x WHERE { ?x ?p "own:nothing" } # own:nothing\n'
    (folder / "words.rq").write_text(text, encoding="utf-8")
    assert "words" in {query.name for query in read_queries(content)}
