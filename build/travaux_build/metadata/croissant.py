"""Croissant: the CSV tables as programs for machine learning want to know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from travaux_build.class_tables import XSD, Column, Table
from travaux_build.description import Download, Edition

PROFILE = "http://mlcommons.org/croissant/1.0"
CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "key": "cr:key",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "repeated": "cr:repeated",
    "separator": "cr:separator",
    "source": "cr:source",
}
"""The terms used, as https://docs.mlcommons.org/croissant/docs/croissant-spec.html defines them."""
DATATYPES = {
    XSD + "boolean": "sc:Boolean",
    XSD + "date": "sc:Date",
    XSD + "dateTime": "sc:DateTime",
    XSD + "decimal": "sc:Float",
    XSD + "integer": "sc:Integer",
}
Record = dict[str, object]


def croissant(edition: Edition, tables: Sequence[Table], downloads: Sequence[Download]) -> Record:
    """The tables as record sets with a field for each column, and the files that they stand in."""
    card, iris = edition.card, edition.iris
    files = {download.name: download for download in downloads}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": f"{iris.catalogue}#tables",
        "conformsTo": PROFILE,
        "name": card.id,
        "description": card.description["en"],
        "url": iris.base,
        "version": edition.version,
        "datePublished": f"{edition.month}-01",
        "license": card.licence,
        "creator": {"@type": "sc:Organization", "@id": edition.publisher, "name": card.publisher},
        "keywords": list(card.keywords),
        "citeAs": f"{card.publisher}, {card.title['en']}, release {edition.version}, {edition.release}",
        "distribution": [_file(edition, table, files[f"tables/{table.name}.csv"]) for table in tables],
        "recordSet": [_records(table) for table in tables],
    }


def _file(edition: Edition, table: Table, download: Download) -> Record:
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}.csv",
        "name": f"{table.name}.csv",
        "contentUrl": edition.iris.file(edition.version, download.name),
        "contentSize": f"{download.bytes} B",
        "encodingFormat": download.media_type,
        "sha256": download.sha256,
    }


def _records(table: Table) -> Record:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.label,
        "key": {"@id": f"{table.name}/id"},
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: Table, column: Column) -> Record:
    source: Record = {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": column.head}}
    field: Record = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.head,
        "dataType": DATATYPES.get(column.datatype, "sc:Text") if not column.several else "sc:Text",
        "source": source,
    }
    if column.target and not column.several:
        field["references"] = {"field": {"@id": f"{column.target}/id"}}
    return field
