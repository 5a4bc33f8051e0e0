"""The files of a release in words: what each holds, in which format, how large, and its compressed twins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from travaux_build.release import File, Manifest

TWINS = {".gz": "gzip", ".zst": "zstd"}
"""Suffixes of compressed twins, with the name of their coding in HTTP."""
FORMATS = {
    "nq": "N-Quads",
    "trig": "TriG",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
    "csv": "CSV",
    "json": "JSON",
    "rdfp": "RDF Patch",
    "rq": "SPARQL query",
}
QUADS = ("nq", "trig")
FOLDERS = {
    "dumps": "Everything",
    "dumps/graphs": "One graph each",
    "tables": "Tables for spreadsheets",
    "queries": "Example queries",
    "": "About this release",
}
"""What the files of each folder are, in the order in which they are shown."""
ALONE = {
    "validation.ttl": "Report of the validation",
    "changes.rdfp": "Changes since the release before, to be applied",
    "changes.json": "Changes since the release before, to be read",
}


@dataclass(frozen=True)
class Item:
    """A file with its twins. `triples` is 0 where a file holds none; quads count for files with graphs."""

    file: File
    what: str
    format: str
    triples: int
    twins: tuple[tuple[str, File], ...]


@dataclass(frozen=True)
class Shelf:
    """Files of one kind, under their heading."""

    label: str
    items: tuple[Item, ...]


def shelves(manifest: Manifest) -> list[Shelf]:
    """The files of a release by kind, those that most people want first."""
    by_name = {file.name: file for file in manifest.files}
    folders: dict[str, list[Item]] = {folder: [] for folder in FOLDERS}
    for file in manifest.files:
        path = PurePosixPath(file.name)
        if path.suffix in TWINS and file.name.removesuffix(path.suffix) in by_name:
            continue
        twins = tuple(
            (suffix, by_name[file.name + suffix]) for suffix in TWINS if file.name + suffix in by_name
        )
        folder = "" if path.parent.as_posix() == "." else path.parent.as_posix()
        item = Item(
            file,
            _what(path, manifest),
            FORMATS.get(path.suffix[1:], file.media_type),
            _triples(path, manifest),
            twins,
        )
        folders.setdefault(folder, []).append(item)
    return [
        Shelf(FOLDERS.get(folder, folder.capitalize()), tuple(sorted(items, key=_rank)))
        for folder, items in folders.items()
        if items
    ]


def _rank(item: Item) -> tuple[int, str]:
    suffix = PurePosixPath(item.file.name).suffix[1:]
    place = list(FORMATS).index(suffix) if suffix in FORMATS else len(FORMATS)
    return (place, item.file.name)


def _what(path: PurePosixPath, manifest: Manifest) -> str:
    folder = path.parent.as_posix()
    if folder == "dumps":
        return "All graphs, each by its name" if path.suffix[1:] in QUADS else "All graphs merged into one"
    if folder == "dumps/graphs":
        return next((graph.label for graph in manifest.graphs if graph.name == path.stem), path.stem)
    if folder == "tables":
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem).capitalize()
    if folder == "queries":
        return path.stem.replace("-", " ").capitalize()
    return ALONE.get(path.name, path.name)


def _triples(path: PurePosixPath, manifest: Manifest) -> int:
    folder = path.parent.as_posix()
    if folder == "dumps":
        total = sum(graph.triples for graph in manifest.graphs)
        return total if path.suffix[1:] in QUADS else manifest.triples
    if folder == "dumps/graphs":
        return next((graph.triples for graph in manifest.graphs if graph.name == path.stem), 0)
    return 0
