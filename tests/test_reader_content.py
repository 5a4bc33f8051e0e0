"""The reader beyond single files: what lies around the data, and the context that they are written with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from travaux_build.content import Content, open_content
from travaux_build.errors import Refused
from travaux_build.reading.reader import read

ROOT = Path(__file__).parents[1]
TABLE = "id,type,label@en\ntheme/one,Theme,One\n"


def content(folder: Path, name: str = "reference/themes.csv") -> Content:
    """A content folder with the real ontology and one good file of that name."""
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    path = folder / "data" / name
    path.parent.mkdir(parents=True)
    path.write_text(TABLE, encoding="utf-8")
    return open_content(folder)


def problems(made: Content) -> list[str]:
    """The problems with a content, as a command prints them; fails if there are none."""
    with pytest.raises(Refused) as caught:
        read(made)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("reference/themes.yml", "is of no kind that is read (.yml)"),
        ("reference/themes.YAML", "is of no kind that is read (.YAML)"),
        ("reference/themes.json", "is of no kind that is read (.json)"),
        ("themes.yaml", "stands in no graph's folder"),
        ("queries/themes.yaml", "is not a query"),
        ("reference/the\u202emes.yaml", "its name contains a bidirectional control character"),
    ],
)
def test_files_that_would_be_passed_over_are_reported(tmp_path: Path, name: str, message: str) -> None:
    """A file that no reader takes is a fault, not a record that goes missing."""
    assert any(message in line for line in problems(content(tmp_path, name)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"ordinal": {', '"ordinal": {"@index": "x", ', "ordinal] uses @index, which is not accepted"),
        ('"ordinal": {"@type": "xsd:integer"}', '"ordinal": {"@type": "xsd:int"}', "has the type xsd:int"),
        ('"area": {"@type": "@id"}', '"area": {"@type": "@vocab"}', "has the type @vocab"),
        ('"@container": "@set"', '"@container": "@list"', "has the container @list"),
        ('"skos:altLabel"', '"skoss:altLabel"', "has the prefix skoss, which is not defined"),
        ('"area": {"@type"', '"aera": {"@type"', "aera stands for aera, which the ontology does not declare"),
        ('"id": "@id"', '"ident": "@id"', "id] does not stand for @id"),
        ('"id": "@id"', '"id": "@id", "id": "@id"', "id] is defined twice"),
        ('"id": "@id"', '"id": "@id", "@import": "https://example.org/"', "@import] is not a word"),
        ('"@vocab": "https://w3id.org/travaux/ontology#"', '"@vocab": "https://x.org/#"', "@vocab] is not"),
        ('"id": "@id",', '"id": "@id"', "is not JSON"),
    ],
)
def test_the_context_holds_only_what_all_readers_agree_on(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A context with any other feature, or that does not fit the ontology, is refused by file and word."""
    made = content(tmp_path)
    text = made.context_file.read_text(encoding="utf-8")
    assert old in text
    made.context_file.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = problems(made)
    assert any(line.startswith("ontology/context.jsonld:") and message in line for line in found)
