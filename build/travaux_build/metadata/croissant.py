"""Croissant: the CSV tables as programs for machine learning want to know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from travaux_build.description import Download, Edition
from travaux_build.files.class_tables import XSD, Column, Table

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
    "recordSet": "cr:recordSet",
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
    """The tables as record sets with a field for each column, and the files that they stand in.

    Which columns lead to other tables is told by CSVW alone: such references go in circles, which readers of
    Croissant do not follow to an end.
    """
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
        "datePublished": edition.month,
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
    datatype = "sc:Text" if column.several else DATATYPES.get(column.datatype, "sc:Text")
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.head,
        "dataType": datatype,
        "source": {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": column.head}},
    }
