"""Tables, JSON Lines and statements: the same words, the same checks and the same triples as in YAML."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from travaux_build.content import Content, open_content
from travaux_build.errors import Refused
from travaux_build.reading.reader import Reading, read

ROOT = Path(__file__).parents[1]
TABLE = """\
id,type,label@en,label@fr,altLabel@en,broader,ordinal
theme/one,Theme,One,Un,"first|1, ""the"" one",,1
theme/two,Theme,Two,Deux,,theme/one|theme/three,2

theme/three,Theme,Three,,,,
"""
LINES = (
    """\
{"id": "theme/one", "type": "Theme", "label": {"en": "One", "fr": "Un"}, "ordinal": 1,
""".rstrip("\n")
    + """ "altLabel": {"en": ["first", "1, \\"the\\" one"]}}
{"id": "theme/two", "type": "Theme", "label": {"en": "Two", "fr": "Deux"}, "ordinal": 2, "broader": \
["theme/one", "theme/three"]}

{"id": "theme/three", "type": "Theme", "label": {"en": "Thr\\u0065e"}}
"""
)
YAML = """\
# yaml-language-server: $schema=../../.schemas/Entries.schema.json
entries:
  - id: theme/one
    type: Theme
    ordinal: 1
    label: {en: One, fr: Un}
    altLabel: {en: [first, '1, "the" one']}
  - {id: theme/two, type: Theme, ordinal: 2, label: {en: Two, fr: Deux}, broader: [theme/one, theme/three]}
  - {id: theme/three, type: Theme, label: {en: Three}}
"""
THING = "https://w3id.org/travaux/id/"
TERM = "https://w3id.org/travaux/ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def content(folder: Path, name: str, text: str) -> Content:
    """The real ontology with one data file in the graph `reference`."""
    shutil.copytree(ROOT / "ontology", folder / "ontology", dirs_exist_ok=True)
    shutil.rmtree(folder / "data", ignore_errors=True)
    path = folder / "data" / "reference" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return open_content(folder)


def reading(folder: Path, name: str, text: str) -> Reading:
    return read(content(folder, name, text))


def problems(folder: Path, name: str, text: str) -> list[str]:
    """The problems with one file, without its folder; fails if there are none."""
    with pytest.raises(Refused) as caught:
        reading(folder, name, text)
    return [str(problem).removeprefix("data/reference/") for problem in caught.value.problems]


def statement(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} .\n"


def test_every_syntax_says_the_same(tmp_path: Path) -> None:
    """A table, JSON Lines, N-Triples, N-Quads and Turtle of the same entries give the same quads as YAML."""
    quads = set(reading(tmp_path, "a.yaml", YAML).quads)
    triples = "".join(f"{quad.triple} .\n" for quad in quads)
    assert len(quads) == 14
    assert set(reading(tmp_path, "a.csv", TABLE).quads) == quads
    assert set(reading(tmp_path, "a.jsonl", LINES).quads) == quads
    assert set(reading(tmp_path, "a.nt", triples).quads) == quads
    assert set(reading(tmp_path, "a.nq", "".join(f"{quad} .\n" for quad in quads)).quads) == quads
    assert set(reading(tmp_path, "a.ttl", triples).quads) == quads


@pytest.mark.parametrize(("name", "text", "line"), [("a.csv", TABLE, 3), ("a.jsonl", LINES, 2)])
def test_rows_and_lines_are_located(tmp_path: Path, name: str, text: str, line: int) -> None:
    """A subject and its properties are found at the row or line that states them."""
    locations = reading(tmp_path, name, text).locations
    for predicate in (None, "http://www.w3.org/2004/02/skos/core#broader"):
        found = locations.find(THING + "theme/two", predicate)
        assert found is not None
        assert (found.file, found.line) == (f"data/reference/{name}", line)


def test_statements_are_located(tmp_path: Path) -> None:
    """A subject is found at its first statement, a property at its own."""
    text = statement(THING + "theme/a", TYPE, f"<{TERM}Theme>")
    text += "# a comment\n\n" + statement(THING + "theme/a", TERM + "evidence", '"x"')
    locations = reading(tmp_path, "a.nt", text).locations
    places = [locations.find(THING + "theme/a"), locations.find(THING + "theme/a", TERM + "evidence")]
    assert [place.line for place in places if place] == [1, 4]


def test_rows_after_a_cell_of_several_lines_keep_their_line(tmp_path: Path) -> None:
    """Line ends within a quoted cell count as lines of the file."""
    text = 'id,type,label@en\ntheme/a,Theme,"a\n\nb"\ntheme/b,Theem,c\n'
    assert problems(tmp_path, "a.csv", text)[0].startswith("a.csv:5:9: [theme/b] unknown type Theem")


@pytest.mark.parametrize(
    ("header", "row", "place", "message"),
    [
        (
            "id,type,lable@en",
            "theme/a,Theme,x",
            "1:9",
            "column 'lable@en': unknown word — did you mean label?",
        ),
        ("id,type,label", "theme/a,Theme,x", "1:9", "column 'label': has no language — write label@en"),
        ("id,type,label@english", "theme/a,Theme,x", "1:9", "is not a language tag"),
        ("id,type,ordinal@en", "theme/a,Theme,1", "1:9", "not a word for texts in languages — write ordinal"),
        ("id,type,concepts", "theme/a,Theme,1", "1:9", "entries cannot be nested in a table"),
        ("id,type,id", "theme/a,Theme,theme/b", "1:9", "the column 'id' stands twice"),
        ("id,type", "theme/a,Theme,x", "2:15", "[theme/a] the row has 3 cells, the header 2"),
        ("id,type,notation", 'theme/a,Theme,a "b" c', "2:17", "[theme/a] a double quote does not open"),
        ("id,type,notation", 'theme/a,Theme,"b" c', "2:18", "[theme/a] a double quote does not open"),
        ("id,type,notation", 'theme/a,Theme,"b', "2:15", "[theme/a] a double quote does not open"),
        ("id,type,ordinal", "theme/a,Theme,one", "2:15", "[theme/a] ordinal: 'one' is not a whole number"),
        ("id,type,broader", "theme/a,Theme,theme/a|theme/b", "2:23", "no entry has the id theme/b"),
        ("id,type,broader", "theme/a,Theme,theme/a|theme/a", "2:23", "broader has theme/a twice"),
        ("id,type,altLabel@en", "theme/a,Theme,a||b", "2:17", "the text is empty"),
        ("id,type,area", "theme/a,Theme,theme/a|theme/b", "2:15", "'theme/a|theme/b' is not an id"),
        ("id,type,notation", "theme/a,Theme, x", "2:15", "starts or ends with a blank"),
        ("id,type,notation", "theme/a,Theme,a\u202eb", "2:16", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("id,notation", "theme/a,x", "2:1", "[theme/a] the entry has no type"),
        ("type,notation", "Theme,x", "2:1", "the entry has no id"),
    ],
)
def test_faults_in_tables_name_row_and_column(
    tmp_path: Path, header: str, row: str, place: str, message: str
) -> None:
    """A fault in a header or a cell is named with line, column and what to do."""
    found = problems(tmp_path, "a.csv", f"{header}\n{row}\n")
    assert found[0].startswith(f"a.csv:{place}:")
    assert message in found[0]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ('{"id": "theme/a", "type": "Theem"}', 27, "[theme/a] unknown type Theem"),
        ('{"id": "theme/a", "type": "Theme", "lable": {"en": "x"}}', 36, "did you mean label?"),
        ('{"id": "theme/a", "type": "Theme", "type": "Area"}', 36, "the key 'type' stands twice"),
        ('{"id": "theme/a", "type": "Theme", "notation": 1}', 48, "1 is a number to YAML, not a text"),
        ('{"id": "theme/a", "type": "Theme", "notation": null}', 48, "is a nothing to YAML"),
        ('{"id": "theme/a", "type": "Theme", "ordinal": 1.5}', 47, "'1.5' is not a whole number"),
        ('{"id": "theme/a", "type": "Theme", "ordinal": 01}', 48, "a comma or } is missing"),
        ('{"id": "theme/a", "type": "Theme",}', 35, "a key in double quotes is missing"),
        ('{"id": "theme/a" "type": "Theme"}', 18, "[theme/a] a comma or } is missing"),
        ('{"id" "theme/a"}', 7, "a colon is missing"),
        ('{"id": "theme/a", "type": "Theme"} {}', 36, "more than one value stands on the line"),
        ('{"id": "theme/a', 8, "is not JSON: Unterminated string"),
        ("{\"id\": 'theme/a'}", 8, "a value is missing or is not JSON"),
        ('{"id": "theme/a", "type": "Theme", "notation": "a\\u0000b"}', 48, "a NUL character"),
        ('["theme/a"]', 1, "is not an entry"),
        ('"theme/a"', 1, "is not an entry"),
    ],
)
def test_faults_in_json_lines_name_line_and_column(
    tmp_path: Path, line: str, column: int, message: str
) -> None:
    """A line that is no JSON, or an entry against the rules, is named with its column and a remedy."""
    (found,) = problems(tmp_path, "a.jsonl", f"\n{line}\n")
    assert found.startswith(f"a.jsonl:2:{column}:")
    assert message in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"<{THING}theme/a> <{TYPE}> <{TERM}Theme>", "is not a statement"),
        (f"<{THING}theme/a> <{TYPE}> <{TERM}Theem> .", "the ontology has no Theem — did you mean Theme?"),
        (f"<{THING}theme/a> <{TERM}themes> <{THING}theme/a> .", "no themes — did you mean theme?"),
        (f"<{THING}theme/a> <{TERM}theme> _:b .", "holds a blank node"),
        (f"_:b <{TERM}theme> <{THING}theme/a> .", "holds a blank node"),
        (
            f"<{THING}theme/a> <{TERM}theme> <<( <{THING}a> <{THING}b> <{THING}c> )>> .",
            "holds a quoted triple",
        ),
        (f"<{THING}theme/a> <{TERM}theme> <{THING}theme/b> .", "no entry has the id theme/b"),
        (f"<{THING}theme/b> <{TERM}theme> <{THING}theme/a> .", "[theme/b] the entry has no type"),
        (f"<{THING}Theme/A> <{TERM}theme> <{THING}theme/a> .", "did you mean theme/a?"),
        (f'<{THING}theme/a> <{TERM}evidence> "a\\u202Eb" .', "RIGHT-TO-LEFT OVERRIDE"),
        (
            f'<{THING}theme/a> <{TERM}ordinal> "one"^^<http://www.w3.org/2001/XMLSchema#integer> .',
            "'one' is not",
        ),
        (f'<{THING}theme/a> <{TERM}evidence> "x" <{THING}graph> .', "states something in the graph"),
    ],
)
def test_faults_in_statements_name_their_line(tmp_path: Path, text: str, message: str) -> None:
    """A statement that is malformed, anonymous, unknown or dangling is named with its line."""
    first = statement(THING + "theme/a", TYPE, f"<{TERM}Theme>")
    found = problems(tmp_path, "a.nq", f"{first}\n{text}\n")
    assert found[0].startswith("a.nq:3:")
    assert message in found[0]


def test_faults_in_turtle_are_found_too(tmp_path: Path) -> None:
    """Turtle data are held to the same rules: declared things, known terms, no blank nodes."""
    text = f"@prefix t: <{TERM}> .\n<{THING}theme/a> a t:Theme ; t:theme <{THING}theme/lost> .\n"
    assert problems(tmp_path, "a.ttl", text)[0].startswith(
        "a.ttl:2:1: [theme/a] no entry has the id theme/lost"
    )
    text = f"@prefix t: <{TERM}> .\n<{THING}theme/a> a t:Theme ; t:theme [ t:evidence 'x' ] .\n"
    assert any("blank node" in line for line in problems(tmp_path, "a.ttl", text))


def test_long_tables_are_read_in_batches_without_loss(tmp_path: Path) -> None:
    """A table of several thousand rows gives the triples of each of them."""
    rows = "".join(f"theme/n{number},Theme,Number {number}\n" for number in range(2_500))
    found = reading(tmp_path, "a.csv", "id,type,label@en\n" + rows)
    assert len(found.quads) == 5_000
    assert len(found.entries) == 2_500
