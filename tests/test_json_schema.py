"""The JSON Schemas for editors: well formed, true to the shapes, and satisfied by every real data file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from travaux_build.content import open_content
from travaux_build.reading.nodes import Fields, Items, Node
from travaux_build.reading.strict_yaml import parse_yaml
from travaux_build.schemas.json_schema import write_schemas

ROOT = Path(__file__).parents[1]
YAML_FILES = [
    path.relative_to(ROOT).as_posix()
    for _, path in open_content(ROOT).graph_files()
    if path.suffix == ".yaml"
]
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tv: <https://w3id.org/travaux/ontology#> .
@prefix shape: <https://w3id.org/travaux/shapes#> .
@prefix id: <https://w3id.org/travaux/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
shape:Contribution a sh:NodeShape ; sh:targetClass tv:Contribution ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ; sh:languageIn ( "en" "zh" ) ] ,
        [ sh:path tv:theme ; sh:description "At least one theme." ; sh:minCount 1 ] .
shape:Recommendation a sh:NodeShape ; sh:targetClass tv:Recommendation ;
    sh:property [ sh:path skos:notation ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^[a-z]-[0-9]+$" ] ,
        [ sh:path tv:area ; sh:minCount 1 ] ,
        [ sh:path tv:stance ; sh:in ( id:stance\\/supports id:stance\\/opposes ) ] ,
        [ sh:path tv:symbol ; sh:maxCount 1 ] ,
        [ sh:path tv:ordinal ] , [ sh:path tv:asOf ] , [ sh:path tv:published ; sh:minCount 1 ] ,
        [ sh:path ( tv:area tv:document ) ] .
shape:Area a sh:NodeShape ; sh:targetClass tv:Area ;
    sh:property [ sh:path rdfs:label ] , [ sh:path [ sh:inversePath tv:area ] ] .
"""
GOOD = {
    "id": "recommendation/gcm-1-k-10",
    "type": "Recommendation",
    "label": {"en": "One"},
    "notation": "k-10",
    "theme": ["theme/one", "https://example.org/two"],
    "publishedYear": 2017,
}
Json = object


class Schemas:
    """The schemas in a folder, which refer to each other by their file names."""

    def __init__(self, folder: Path) -> None:
        self._schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        resources = ((name, Resource.from_contents(schema)) for name, schema in self._schemas.items())
        self._registry: Registry[bool | Mapping[str, Any]] = Registry().with_resources(resources)

    def faults(self, kind: str, instance: Json) -> list[str]:
        """The messages of the schema of a kind about an instance."""
        reference = {"$ref": f"{kind}.schema.json"}
        validator = Draft202012Validator(reference, registry=self._registry)
        return [error.message for error in validator.iter_errors(instance)]


def as_json(node: Node) -> Json:
    """A data file as an editor sees it: unquoted digits are whole numbers, all else is text."""
    if isinstance(node, Fields):
        return {key.text: as_json(value) for key, value in node.pairs}
    if isinstance(node, Items):
        return [as_json(item) for item in node.items]
    whole = node.implied == "number" and node.text.isdecimal()
    return int(node.text) if whole else node.text


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the schemas of the real content."""
    folder = tmp_path_factory.mktemp("schemas")
    write_schemas(open_content(ROOT), folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Schemas:
    """The schemas of the real ontology with a few shapes of our own."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    (folder / "shapes").mkdir()
    (folder / "shapes" / "a.ttl").write_text(SHAPES, encoding="utf-8")
    write_schemas(open_content(folder), folder / ".schemas")
    return Schemas(folder / ".schemas")


def test_every_schema_is_one(real: Path) -> None:
    """Each generated schema is valid by the metaschema, and there is one for every type and for lists."""
    names = {path.name.partition(".")[0] for path in real.iterdir()}
    assert {"Entries", "ConceptScheme", "Place", "Recommendation", "Theme"} < names
    for path in real.iterdir():
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", YAML_FILES)
def test_every_data_file_satisfies_the_schema_that_it_names(real: Path, name: str) -> None:
    """An editor finds nothing to complain of in any data file, with the schema of its first line."""
    text = (ROOT / name).read_text(encoding="utf-8")
    path = text.partition("\n")[0].partition("$schema=")[2]
    assert (ROOT / name).parent.joinpath(path).resolve().parent == ROOT / ".schemas"
    root = parse_yaml(text, name).root
    assert root is not None
    kind = path.rpartition("/")[2].removesuffix(".schema.json")
    assert Schemas(real).faults(kind, as_json(root)) == []


def test_a_good_entry_is_accepted_alone_nested_and_in_a_list(small: Schemas) -> None:
    """The same entry is good at the root of a file, in a list of entries, and nested where it belongs."""
    area = {"id": "area/gcm-1-k", "type": "Area", "label": {"en": "K"}, "recommendations": [GOOD]}
    assert small.faults("Recommendation", GOOD) == []
    assert small.faults("Entries", {"entries": [GOOD, area]}) == []
    assert small.faults("Area", area) == []


@pytest.mark.parametrize(
    "change",
    [
        {"lable": {"en": "x"}},
        {"quantifier": "quantifier/many"},
        {"type": "Position"},
        {"id": "Recommendation K 10"},
        {"label": {"english": "x"}},
        {"label": {"fr": "x"}},
        {"label": {"en": ["x", "y"]}},
        {"label": {"en": ""}},
        {"label": {"en": " x"}},
        {"label": "x"},
        {"notation": "k10"},
        {"notation": ["k-10"]},
        {"theme": []},
        {"theme": ["theme/one", "theme/one"]},
        {"theme": "not a reference"},
        {"stance": "stance/notes"},
        {"symbol": ["A", "B"]},
        {"ordinal": "010"},
        {"ordinal": 1.5},
        {"asOf": "8 May 2017"},
        {"publishedMonth": "2017"},
        {"recommendations": [GOOD]},
    ],
)
def test_faults_are_found_while_typing(small: Schemas, change: dict[str, Json]) -> None:
    """What the shapes or the reader would refuse is already marked in the editor, alone, nested or listed."""
    bad = {**GOOD, **change}
    area = {"id": "area/gcm-1-k", "type": "Area", "label": {"en": "K"}, "recommendations": [bad]}
    assert small.faults("Recommendation", bad)
    assert small.faults("Area", area)
    if change.get("type") is None:
        assert small.faults("Entries", {"entries": [bad]})


@pytest.mark.parametrize(
    "change",
    [
        {"ordinal": 10},
        {"ordinal": "10"},
        {"stance": "stance/opposes"},
        {"symbol": ["A"]},
        {"symbol": "A"},
        {"asOf": "2017-05-08"},
        {"area": "area/gcm-1-k"},
        {"label": {"en": "x", "zh-Hans": "y"}},
    ],
)
def test_good_values_are_not_marked(small: Schemas, change: dict[str, Json]) -> None:
    """Whatever the reader and the shapes accept, the schema accepts."""
    assert small.faults("Recommendation", {**GOOD, **change}) == []


@pytest.mark.parametrize("word", ["notation", "theme", "publishedYear", "id", "type"])
def test_what_must_be_there_is_missed(small: Schemas, word: str) -> None:
    """An entry without a word whose property the shapes require is marked."""
    assert small.faults("Recommendation", {key: value for key, value in GOOD.items() if key != word})


def test_what_rules_or_nesting_supply_is_not_missed(small: Schemas) -> None:
    """A label that a rule derives, and the link that nesting makes, need not be written."""
    assert "area" not in GOOD
    assert small.faults("Recommendation", {key: value for key, value in GOOD.items() if key != "label"}) == []


def test_words_are_explained(real: Path, tmp_path: Path) -> None:
    """A word's description is that of the shape, or else the definition in the ontology."""
    area = json.loads((real / "Area.schema.json").read_text(encoding="utf-8"))
    assert area["description"].startswith("One of the subjects")
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "a.ttl").write_text(SHAPES, encoding="utf-8")
    write_schemas(open_content(tmp_path), tmp_path / "out")
    made = json.loads((tmp_path / "out" / "Recommendation.schema.json").read_text(encoding="utf-8"))
    assert made["properties"]["theme"]["description"] == "At least one theme."
    assert made["properties"]["ordinal"]["description"] == "The place of something in its list, from 1."


def test_schemas_of_types_that_are_gone_are_deleted(tmp_path: Path) -> None:
    """Writing again gives the same bytes, leaves nothing behind and touches nothing else."""
    content = open_content(ROOT)
    paths = write_schemas(content, tmp_path)
    before = {path: path.read_bytes() for path in paths}
    (tmp_path / "Gone.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert write_schemas(content, tmp_path) == paths
    assert {path: path.read_bytes() for path in paths} == before
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in paths} | {"other.json"}
