"""The files of a release in words: what each holds, in which format, how large, and its compressed twins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from travaux_build.release import DOCUMENTS, File, Manifest

TWINS = {".gz": "gzip", ".zst": "zstd"}
"""Suffixes of compressed twins, with the name of their coding in HTTP."""
FORMATS = {
    "xlsx": "Excel",
    "sqlite": "SQLite",
    "csv": "CSV",
    "nq": "N-Quads",
    "trig": "TriG",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
    "tsv": "SSSOM",
    "json": "JSON",
    "rdfp": "RDF Patch",
    "rq": "SPARQL query",
    "cff": "YAML",
    "txt": "text",
}
"""Formats by the suffix of their files, in the order in which they are shown."""
QUADS = ("nq", "trig")
WANTED, WHOLE, GRAPHS, TABLES, QUERIES, ABOUT = range(6)
LABELS = {
    WANTED: "Tables, for spreadsheets and SQL",
    WHOLE: "Everything, as RDF",
    GRAPHS: "One graph each, as RDF",
    TABLES: "Tables of all classes",
    QUERIES: "Example queries",
    ABOUT: "About this release",
}
ASIDE = (TABLES, QUERIES, ABOUT)
"""Shelves that few readers look for."""
ALONE = {
    "validation.ttl": "Report of the validation",
    "changes.rdfp": "Changes since the release before, to be applied",
    "changes.json": "Changes since the release before, to be read",
    "edges.csv": "What leads from one thing to another",
    **dict.fromkeys(
        (f"catalogue.{suffix}" for suffix in ("ttl", "jsonld", "nt", "rdf", "nq")),
        "Catalogue for data portals (DCAT-AP)",
    ),
    "schema.jsonld": "Record for search engines (schema.org)",
    "croissant.json": "Record of the tables for machine learning (Croissant)",
    "datacite.json": "Record for archives (DataCite)",
    "CITATION.cff": "Record for reference managers (Citation File Format)",
    "csv-metadata.json": "What the columns of the tables mean (CSVW)",
    "mappings.sssom.tsv": "Mappings to other data sets",
}
BY_FORMAT = {
    "xlsx": "All tables as sheets of one workbook",
    "sqlite": "All tables as one database",
}


@dataclass(frozen=True)
class Item:
    """A file with its twins. `unit` is what is counted in it: rows, triples, or nothing."""

    file: File
    what: str
    format: str
    unit: str
    twins: tuple[tuple[str, File], ...]


@dataclass(frozen=True)
class Shelf:
    """Files of one kind, under their heading; `is_aside` if few readers look for them."""

    label: str
    is_aside: bool
    items: tuple[Item, ...]


def shelves(manifest: Manifest) -> list[Shelf]:
    """The files of a release by kind, those that most people want first."""
    by_name = {file.name: file for file in manifest.files}
    found: dict[int, list[Item]] = {shelf: [] for shelf in LABELS}
    for file in manifest.files:
        path = PurePosixPath(file.name)
        if path.suffix in TWINS and file.name.removesuffix(path.suffix) in by_name:
            continue
        twins = [(suffix, by_name[file.name + suffix]) for suffix in TWINS if file.name + suffix in by_name]
        label = FORMATS.get(path.suffix[1:], file.media_type)
        unit = _unit(path) if file.count else ""
        found[_shelf(path, manifest)].append(Item(file, _what(path, manifest), label, unit, tuple(twins)))
    places = {f"tables/{name}.csv": place for place, name in enumerate(manifest.tables)}
    return [
        Shelf(LABELS[shelf], shelf in ASIDE, tuple(sorted(items, key=lambda item: _rank(item, places))))
        for shelf, items in found.items()
        if items
    ]


def _shelf(path: PurePosixPath, manifest: Manifest) -> int:
    folder = path.parent.as_posix()
    if folder == "tables":
        is_wanted = path.stem in manifest.tables or path.suffix[1:] in BY_FORMAT
        return WANTED if is_wanted else TABLES
    return {"dumps": WHOLE, "dumps/graphs": GRAPHS, "queries": QUERIES}.get(folder, ABOUT)


def _rank(item: Item, places: dict[str, int]) -> tuple[str, int, int, str]:
    """Files of a graph side by side, else by format; tables as the manifest has them, then by name."""
    path = PurePosixPath(item.file.name)
    suffix = path.suffix[1:]
    place = list(FORMATS).index(suffix) if suffix in FORMATS else len(FORMATS)
    group = path.stem if path.parent.name == "graphs" else ""
    return group, place, places.get(item.file.name, len(places)), item.file.name


def _what(path: PurePosixPath, manifest: Manifest) -> str:
    folder, suffix = path.parent.as_posix(), path.suffix[1:]
    if path.name in ALONE:
        return ALONE[path.name]
    if folder == DOCUMENTS:
        return f"Keys of the documents about things, part {path.stem}"
    if folder == "dumps":
        return "All graphs, each by its name" if suffix in QUADS else "All graphs merged into one"
    if folder == "dumps/graphs":
        return next((graph.label for graph in manifest.graphs if graph.name == path.stem), path.stem)
    if folder == "tables":
        return BY_FORMAT.get(suffix) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem).capitalize()
    return path.stem.replace("-", " ").capitalize() if folder == "queries" else path.name


def _unit(path: PurePosixPath) -> str:
    return {"tables": "rows", DOCUMENTS: "keys"}.get(path.parent.name, "triples")
