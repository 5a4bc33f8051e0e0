"""CSVW: what the columns of the CSV tables mean, for programs that make RDF of tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from travaux_build.card import Card
from travaux_build.files.class_tables import XSD, Column, Table
from travaux_build.files.csv_tables import EDGE_HEADS, EDGES
from travaux_build.files.facts import RDF_TYPE
from travaux_build.files.twins import write_with_twins
from travaux_build.iris import Iris
from travaux_build.release import File

NAME = "tables/csv-metadata.json"
"""Where a reader of a table looks for its description (Model for Tabular Data, section 5.3)."""
MEDIA_TYPE = "application/csvm+json"
DIALECT = {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}
Description = dict[str, object]


def write_metadata(
    folder: Path, tables: Sequence[Table], card: Card, version: str, iris: Iris
) -> Iterator[File]:
    """Write the description of all tables as one group; https://www.w3.org/TR/tabular-metadata/.

    A conversion to RDF (https://www.w3.org/TR/csv2rdf/) gives nothing that the graph does not say. It cannot
    make IRIs of several ids in one cell: such columns are suppressed, and `edges.csv` has what they say. Nor
    can it make IRIs with letters beyond ASCII: they come out percent-encoded (RFC 3987, section 3.1).
    """
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": iris.file(version, NAME),
        "dc:title": card.title["en"],
        "dc:license": {"@id": card.licence},
        "dc:isPartOf": {"@id": iris.release(version)},
        "dialect": DIALECT,
        "tables": [*(_table(table, iris) for table in tables), _edges()],
    }
    text = (json.dumps(group, ensure_ascii=False, indent=1) + "\n").encode()
    yield from write_with_twins(folder, NAME, MEDIA_TYPE, text)


def _table(table: Table, iris: Iris) -> Description:
    by_head = {column.head: column for column in table.columns}
    columns = [_column(column, by_head.get(column.of), iris) for column in table.columns]
    columns.append(
        {"name": "class", "virtual": True, "propertyUrl": RDF_TYPE, "valueUrl": table.iri},
    )
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.label,
        "tableSchema": {
            "aboutUrl": _template(by_head["id"], iris),
            "primaryKey": "id",
            "columns": columns,
            "foreignKeys": list(_keys(table)),
        },
    }


def _column(column: Column, ids: Column | None, iris: Iris) -> Description:
    """A column; `ids` is the one whose labels it has."""
    found: Description = {"name": column.name, "titles": column.head}
    if column.several:
        found["separator"] = column.separator
    if column.kind == "id":
        return {**found, "required": True, "suppressOutput": True}
    if column.kind == "type" or (column.several and column.kind in ("reference", "label")):
        return {**found, "suppressOutput": True}
    found["propertyUrl"] = column.predicate
    if column.kind == "reference":
        found["valueUrl"] = _template(column, iris)
    if ids is not None:
        found["aboutUrl"] = _template(ids, iris)
    if column.language:
        found["lang"] = column.language
    if column.kind == "value":
        found["datatype"] = _datatype(column.datatype)
    return found


def _datatype(iri: str) -> str | dict[str, str]:
    is_standard = iri.startswith(XSD)
    return iri.removeprefix(XSD) if is_standard else {"@id": iri, "base": "string"}


def _template(column: Column, iris: Iris) -> str:
    """The IRI of a cell's id, as a URI template (RFC 6570)."""
    return f"{iris.things if column.is_key else ''}{{+{column.name}}}"


def _keys(table: Table) -> Iterator[Description]:
    """The columns of which every cell is the id of a row of another table, or of the same; none is empty."""
    for place, column in enumerate(table.columns):
        if column.target and not column.several and all(row[place] for row in table.rows):
            reference = {"resource": f"{column.target}.csv", "columnReference": "id"}
            yield {"columnReference": column.name, "reference": reference}


def _edges() -> Description:
    names = [head.replace(" ", "_").replace("@", "_") for head in EDGE_HEADS]
    columns: list[Description] = [
        {"name": name, "titles": head, "suppressOutput": True}
        for name, head in zip(names, EDGE_HEADS, strict=True)
    ]
    columns[4] = {
        "name": "target",
        "titles": "target",
        "propertyUrl": "{+relation}",
        "valueUrl": "{+target}",
    }
    return {
        "url": f"{EDGES}.csv",
        "dc:title": "What leads from one thing to another",
        "tableSchema": {"aboutUrl": "{+source}", "columns": columns},
    }
