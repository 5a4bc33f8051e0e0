"""CSVW: the description of the tables is valid, and what it makes of their rows is what the graph says."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from csvw import CSVW
from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD
from uritemplate import expand

from travaux_build.content import open_content
from travaux_build.pipeline import build
from travaux_build.release import Release

LIBRARY = Path(__file__).parent / "library"
UNKNOWN_TO_THE_READER = "Invalid value for property. language"
"""It lacks one of the data types of the standard (Metadata Vocabulary for Tabular Data, section 5.11.1)."""
RESERVED = "!#$%&'()*+,/:;=?@[]~-._"
"""What a URI template leaves as it is, besides letters and digits (RFC 6570, section 3.2.3)."""
Statement = tuple[str, str, URIRef | Literal]


@pytest.fixture(scope="module")
def library_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return build(open_content(LIBRARY), tmp_path_factory.mktemp("library-releases"))


@pytest.fixture(params=["small_release", "library_release", "real_release"])
def release(request: pytest.FixtureRequest) -> Release:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


def metadata(release: Release) -> Path:
    return release.path("tables/csv-metadata.json")


@pytest.mark.filterwarnings(f"ignore:{UNKNOWN_TO_THE_READER}")
def test_a_reader_of_csvw_finds_nothing_wrong(release: Release) -> None:
    """Heads, data types, keys and the keys from table to table are as described, in every table."""
    group = CSVW(str(metadata(release)), validate=True)
    assert group.is_valid
    read = {table.local_name: len(list(table.iterdicts())) for table in group.tables}
    counted = {
        file.name.removeprefix("tables/"): file.count
        for file in release.manifest.files
        if file.name.startswith("tables/") and file.name.endswith(".csv")
    }
    assert read == counted
    assert all(counted.values())


def test_the_triples_of_the_tables_are_those_of_the_graph(release: Release) -> None:
    """Each row gives only what the graph says; and all of that, in words of the context."""
    stated = {
        (quad.subject.value, quad.predicate.value, as_rdflib(quad.object))
        for quad in parse(path=str(release.dump), format=RdfFormat.N_QUADS)
        if isinstance(quad.subject, NamedNode)
    }
    given = set(read_group(metadata(release)))
    assert given <= stated
    members = {subject for subject, predicate, _ in given if predicate == str(RDF.type)}
    predicates = {predicate for _, predicate, _ in given} - {str(RDF.type)}
    missing = {
        (subject, predicate, value)
        for subject, predicate, value in stated - given
        if subject in members and predicate in predicates
    }
    assert not missing


def test_keys_lead_from_table_to_table(real_release: Release) -> None:
    """Columns of single ids name the smallest table that has them all."""
    group = json.loads(metadata(real_release).read_text("utf-8"))
    table = next(table for table in group["tables"] if table["url"] == "Recommendation.csv")
    keys = {
        key["columnReference"]: key["reference"]["resource"] for key in table["tableSchema"]["foreignKeys"]
    }
    assert keys == {"area": "Area.csv", "document": "SourceDocument.csv", "documentPart": "DocumentPart.csv"}


def as_rdflib(term: object) -> URIRef | Literal:
    if isinstance(term, NamedNode):
        return URIRef(quote(term.value, RESERVED))
    assert isinstance(term, Text)
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == str(XSD.string)
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)


def read_group(path: Path) -> Iterator[Statement]:
    """The triples that the tables of a group state; https://www.w3.org/TR/csv2rdf/, in minimal mode."""
    for table in json.loads(path.read_text(encoding="utf-8"))["tables"]:
        yield from triples(table, path.parent / table["url"])


def triples(table: dict[str, Any], path: Path) -> Iterator[Statement]:
    schema = table["tableSchema"]
    columns = schema["columns"]
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        titles = [column["titles"] for column in columns if not column.get("virtual")]
        assert next(rows) == titles
        for row in rows:
            cells = [*row, *[""] * (len(columns) - len(row))]
            variables: dict[str, Any] = {
                column["name"]: cell.split(column["separator"]) if "separator" in column else cell
                for column, cell in zip(columns, cells, strict=True)
            }
            for column, cell in zip(columns, cells, strict=True):
                if column.get("suppressOutput") or not (cell or column.get("virtual")):
                    continue
                subject = expand(column.get("aboutUrl", schema["aboutUrl"]), variables)
                predicate = expand(column["propertyUrl"], variables)
                for value in values(column, cell, variables):
                    yield subject, predicate, value


def values(column: dict[str, Any], cell: str, variables: dict[str, Any]) -> Iterator[URIRef | Literal]:
    if "valueUrl" in column:
        yield URIRef(expand(column["valueUrl"], variables))
        return
    for text in cell.split(column["separator"]) if "separator" in column else [cell]:
        datatype = column.get("datatype", "string")
        if "lang" in column:
            yield Literal(text, lang=column["lang"])
        elif isinstance(datatype, dict):
            yield Literal(text, datatype=URIRef(datatype["@id"]), normalize=False)
        else:
            kind = None if datatype == "string" else XSD[datatype]
            yield Literal(text, datatype=kind, normalize=False)
