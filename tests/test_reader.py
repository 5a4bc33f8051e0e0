"""The reader: YAML in, quads out; and every fault of a run with its file, line, column, entry and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from travaux_build.content import Content, open_content
from travaux_build.errors import Refused
from travaux_build.reading.reader import Reading, read

ROOT = Path(__file__).parents[1]
THEMES = """\
# yaml-language-server: $schema=../../.schemas/ConceptScheme.schema.json
id: scheme/themes
type: ConceptScheme
label:
  en: Themes
concepts:
  - id: theme/detention
    type: Theme
    label:
      en: Detention
      fr: Détention
    altLabel:
      en: [custody, holding]
  - id: theme/education
    type: Theme
    label:
      en: Education
    broader: [theme/detention]
"""
HEAD = "# yaml-language-server: $schema=../../.schemas/Entries.schema.json\nentries:\n"


def content(folder: Path, files: dict[str, str]) -> Content:
    """A content folder with the real ontology, and data files of these names and texts."""
    shutil.copytree(ROOT / "ontology", folder / "ontology", dirs_exist_ok=True)
    for name, text in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return open_content(folder)


def reading(folder: Path, files: dict[str, str]) -> Reading:
    return read(content(folder, files))


def problems(folder: Path, files: dict[str, str]) -> list[str]:
    """The problems with these files, as a command prints them; fails if there are none."""
    with pytest.raises(Refused) as caught:
        reading(folder, files)
    return [str(problem) for problem in caught.value.problems]


def fault(folder: Path, entry: str) -> str:
    """The only problem with an entry that is put beside two valid themes, less file and place."""
    body = "".join(f"    {line}\n" for line in entry.split("\n"))
    text = f"{HEAD}  - id: recommendation/one\n    type: Recommendation\n{body}"
    found = problems(folder, {"reference/themes.yaml": THEMES, "record/one.yaml": text})
    assert len(found) == 1
    assert found[0].startswith("data/record/one.yaml:")
    return found[0]


def test_an_entry_becomes_triples_in_the_graph_of_its_folder(tmp_path: Path) -> None:
    """Words become predicates, ids IRIs, language maps tagged literals; the first folder names the graph."""
    quads = {str(quad) for quad in reading(tmp_path, {"reference/themes.yaml": THEMES}).quads}
    base = "https://w3id.org/travaux/"
    skos = "http://www.w3.org/2004/02/skos/core#"
    graph = f"<{base}graph/reference>"
    for triple in (
        f"<{base}id/theme/education> <{skos}broader> <{base}id/theme/detention>",
        f"<{base}id/theme/detention> <{skos}inScheme> <{base}id/scheme/themes>",
        f'<{base}id/theme/detention> <{skos}altLabel> "holding"@en',
        f'<{base}id/theme/detention> <http://www.w3.org/2000/01/rdf-schema#label> "Détention"@fr',
    ):
        assert f"{triple} {graph}" in quads
    assert len(quads) == 12


def test_values_have_the_types_of_their_words(tmp_path: Path) -> None:
    """A value's datatype is that of its word, however the value is quoted."""
    entry = f"{HEAD}  - id: meeting/one\n    type: Meeting\n    startDate: 2017-05-08\n    ordinal: '1'\n"
    entry += "    endTime: 2017-05-09T18:00:00+02:00\n    notation: 'NO'\n"
    quads = {str(quad.object) for quad in reading(tmp_path, {"record/one.yaml": entry}).quads}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert f'"2017-05-08"^^<{xsd}date>' in quads
    assert f'"1"^^<{xsd}integer>' in quads
    assert f'"2017-05-09T18:00:00+02:00"^^<{xsd}dateTime>' in quads
    assert '"NO"' in quads


def test_subjects_and_properties_are_located(tmp_path: Path) -> None:
    """A subject is found at its entry, a property at its key, a nested entry's link at its own line."""
    locations = reading(tmp_path, {"reference/themes.yaml": THEMES}).locations
    things, skos = "https://w3id.org/travaux/id/", "http://www.w3.org/2004/02/skos/core#"

    def line(subject: str, predicate: str | None = None) -> int:
        found = locations.find(things + subject, predicate)
        assert found is not None
        return found.line

    assert line("scheme/themes") == 2
    assert line("theme/education") == 14
    assert line("theme/education", skos + "broader") == 18
    assert line("theme/education", skos + "inScheme") == 14
    assert line("theme/detention", skos + "altLabel") == 12


def test_another_base_replaces_the_one_written(tmp_path: Path) -> None:
    """With another base the same files say the same of things below that base."""
    content(tmp_path, {"reference/themes.yaml": THEMES})
    quads = read(open_content(tmp_path, "https://example.org/here/")).quads
    assert any(str(quad.subject) == "<https://example.org/here/id/theme/detention>" for quad in quads)
    assert not any("w3id.org/travaux" in str(quad) for quad in quads)


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("lable: {en: x}", "unknown key lable", "did you mean label?"),
        ("themes: [theme/detention]", "unknown key themes", "did you mean theme?"),
        ("xyzzy: 1", "unknown key xyzzy", "add it to ontology/context.jsonld"),
        ("'@id': x", "unknown key @id", "did you mean id?"),
        ("theme: [theme/detentoin]", "no entry has the id theme/detentoin", "did you mean theme/detention"),
        ("theme: [right/education]", "no entry has the id right/education", "did you mean theme/education"),
        ("theme: detention", "'detention' is not an id", "kind/key"),
        ("theme: theme/Detention", "ids have no capitals", "did you mean theme/detention?"),
        ("theme: https://w3id.org/travaux/id/theme/detention", "is one of ours", "write theme/detention"),
        ("theme: 'https://example.org/a b'", "is not an IRI", "percent-encoded"),
        ("theme: 'https://example.org/<b>'", "is not an IRI", "percent-encoded"),
        ("theme: 'https:///path'", "with a host", "whole IRI"),
        ("theme: https://w3id.org/travaux/ontology#Theem", "the ontology has no", "declare or correct"),
        ("theme: {en: detention}", "theme has keys below it", "write an id"),
        ("theme: []", "theme is an empty list", "leave the key out"),
        ("theme:", "theme has no value", "leave the key out"),
        ("theme: [[theme/detention]]", "theme holds more than a single value", "one value each"),
        ("theme: [theme/detention, theme/detention]", "theme has theme/detention twice", "delete one"),
        ("area: [theme/detention]", "area takes one value, not a list", "without brackets"),
        ("statement: plain text", "statement has no language", "statement: {en: plain text}"),
        ("statement: {}", "statement is empty", "leave the key out"),
        ("statement: {english: x}", "'english' is not a language tag", "BCP 47"),
        ("statement: {EN: x}", "not in its usual case", "write en"),
        ("statement: {no: x}", "no is a boolean to YAML", 'write "no":'),
        ("statement: {en: ''}", "the text is empty", "leave the key out"),
        ("statement: {en: ' x'}", "starts or ends with a blank", "trim it"),
        ("statement: {en: {a: b}}", "keys below its language", "quote"),
        ("statement: {en: NO}", "NO is a boolean to YAML, not a text", 'write "NO"'),
        ("statement: {en: ~}", "~ is a nothing to YAML, not a text", 'write "~"'),
        ("statement: {en: }", "an empty value is a nothing to YAML", "add a text"),
        ('statement: {en: "a\\u202eb"}', "U+202E RIGHT-TO-LEFT OVERRIDE", "delete it"),
        ('statement: {en: "a\\0b"}', "NUL", "delete it"),
        ('statement: {en: "e\\u0301"}', "normalization form C", "NFC"),
        ("notation: 1.10", "1.10 is a number to YAML, not a text", 'write "1.10"'),
        ("notation: 10:30", "10:30 is a number to YAML, not a text", 'write "10:30"'),
        ("notation: 010", "010 is a number to YAML, not a text", 'write "010"'),
        ("notation: 1_000", "1_000 is a number to YAML, not a text", 'write "1_000"'),
        ("notation: yes", "yes is a boolean to YAML, not a text", 'write "yes"'),
        ("ordinal: 010", "'010' is not a whole number", "digits only"),
        ("ordinal: 1_000", "'1_000' is not a whole number", "digits only"),
        ("ordinal: one", "'one' is not a whole number", "digits only"),
        ("ordinal:", "there is no value", "leave the key out"),
        ("asOf: 2017-02-29", "2017-02-29 is not a day of the calendar", "correct it"),
        ("asOf: 8 May 2017", "'8 May 2017' is not a date", "year-month-day"),
        ("startTime: 2017-05-08T10:00:00", "has no time zone", "+02:00"),
        ("startTime: 2017-05-08T25:00:00Z", "is not a time of the day", "correct it"),
        ("startTime: 2017-05-08 10:00", "is not a date with a time", "like 2017-05-08T10:00:00+02:00"),
        ("publishedYear: 17", "'17' is not a year", "four digits"),
        ("publishedMonth: 2017-13", "'2017-13' is not a month of a year", "2017-05"),
        ("language: English", "'English' is not a language tag", "BCP 47"),
        ("participations: participation/x", "is not an entry", "id: and a type:"),
        ("entries: []", "entries stands within an entry", "root"),
        ("1: x", "unknown key 1", ""),
    ],
)
def test_each_fault_of_a_value_is_named_with_its_remedy(
    tmp_path: Path, line: str, message: str, remedy: str
) -> None:
    """One fault in one line gives one message: file, line, column, entry, fault and what to do."""
    found = fault(tmp_path, line)
    assert found.startswith("data/record/one.yaml:5:")
    assert "[recommendation/one]" in found
    assert message in found.partition(" — ")[0]
    assert remedy in found.partition(" — ")[2]


@pytest.mark.parametrize(
    "line",
    [
        "theme: theme/detention",
        "theme: ['http://metadata.un.org/sdg/10', theme/detention]",
        "theme: https://w3id.org/travaux/ontology#Theme",
        "statement: {en: a, zh-Hans: b, es-419: c, 'no': d}",
        "statement: {en: one two}",
        'statement: {en: "1.10"}',
        "ordinal: 0",
        "asOf: '2016-02-29'",
        "startTime: 2017-05-08T10:00:00.5-14:00",
        "publishedYear: 2017",
        "publishedMonth: 2017-05",
        "language: pt-BR",
        "symbol: [A/RES/71/280, 'A/71/L.58']",
    ],
)
def test_good_values_are_accepted(tmp_path: Path, line: str) -> None:
    """Every accepted way of writing a value gives at least one triple more than the entry without it."""
    text = f"{HEAD}  - id: recommendation/one\n    type: Recommendation\n    {line}\n"
    found = reading(tmp_path, {"reference/themes.yaml": THEMES, "record/one.yaml": text})
    assert len(found.quads) > 13


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- type: Theme", "the entry has no id"),
        ("- id: theme/one", "[theme/one] the entry has no type"),
        ("- {id: theme/one, type: Theem}", "unknown type Theem — did you mean Theme?"),
        ("- {id: theme/one, type: [Theme, Concpet]}", "unknown type Concpet"),
        ("- {id: theme/one, type: {a: b}}", "the type is not a word"),
        ("- {id: theme/one, type: tv:Theme}", "unknown type tv:Theme"),
        ("- {id: [theme/one], type: Theme}", "the id is not a single word"),
        ("- {id: Theme/One, type: Theme}", "did you mean theme/one?"),
        ("- {id: theme/../one, type: Theme}", "'theme/../one' is not an id"),
        ("- {id: 'theme/o ne', type: Theme}", "'theme/o ne' is not an id"),
        ("- {id: https://example.org/one, type: Theme}", "'https://example.org/one' is not an id"),
        ("- theme/one", "is not an entry"),
    ],
)
def test_entries_have_an_id_and_a_known_type(tmp_path: Path, entry: str, message: str) -> None:
    """Whoever leaves out or mistypes the id or the type of an entry is told so at that entry."""
    (found,) = problems(tmp_path, {"record/one.yaml": f"{HEAD}  {entry}\n"})
    assert found.startswith("data/record/one.yaml:3:")
    assert message in found


def test_all_faults_of_all_files_are_reported_in_one_run(tmp_path: Path) -> None:
    """No fault hides another, in the same file or in the next one; a broken file's ids still count."""
    first = (
        f"{HEAD}  - id: recommendation/one\n    type: Recomendation\n    lable: {{en: x}}\n    ordinal: one\n"
    )
    second = f"{HEAD}  - id: theme/broken\n    label: a: b\n"
    third = (
        f"{HEAD}  - id: recommendation/two\n    type: Recommendation\n    theme: [theme/broken, theme/lost]\n"
    )
    files = {"record/a.yaml": first, "reference/b.yaml": second, "record/c.yaml": third}
    places = [line.split(" ")[0] for line in problems(tmp_path, files)]
    assert places == [
        *("data/record/a.yaml:4:11:", "data/record/a.yaml:5:5:", "data/record/a.yaml:6:14:"),
        *("data/record/c.yaml:5:27:", "data/reference/b.yaml:4:13:"),
    ]


def test_an_id_declared_twice_names_both_places(tmp_path: Path) -> None:
    """Two entries with one id are a fault wherever the second stands, and the first is named."""
    again = f"{HEAD}  - id: theme/detention\n    type: Theme\n"
    (found,) = problems(tmp_path, {"reference/themes.yaml": THEMES, "reference/a.yaml": again})
    assert found.startswith("data/reference/themes.yaml:7:5: [theme/detention]")
    assert "declared at data/reference/a.yaml:3 already" in found


def test_another_file_may_say_more_of_a_thing(tmp_path: Path) -> None:
    """An entry without a type adds to the one that declares its id; the declaring one is the location."""
    more = f"{HEAD}  - id: theme/detention\n    related: theme/education\n"
    found = reading(tmp_path, {"reference/themes.yaml": THEMES, "editorial/more.yaml": more})
    assert any(str(quad.graph_name).endswith("/graph/editorial>") for quad in found.quads)
    location = found.locations.find("https://w3id.org/travaux/id/theme/detention")
    assert location is not None
    assert location.file == "data/reference/themes.yaml"


def test_the_first_line_names_the_schema_of_the_kind(tmp_path: Path) -> None:
    """A first line that is missing or names another kind is a fault that shows the right one."""
    for first in ("", THEMES.partition("\n")[0].replace("ConceptScheme", "Theme") + "\n"):
        text = first + THEMES.partition("\n")[2]
        (found,) = problems(tmp_path, {"reference/deep/er/themes.yaml": text})
        assert found.startswith("data/reference/deep/er/themes.yaml:1:1:")
        assert found.endswith(
            "write # yaml-language-server: $schema=../../../../.schemas/ConceptScheme.schema.json"
        )
