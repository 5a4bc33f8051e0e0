"""Changes: what a release adds to and removes from the one before it, as RDF Patch and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from travaux_build import rdf
from travaux_build.iris import Iris
from travaux_build.release import File, Release, write_file


@dataclass(frozen=True)
class Changes:
    """Statements added and removed, as sorted N-Quads lines without line feeds; `previous` may be empty."""

    version: str
    previous: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(version: str, dump: bytes, previous: Release | None) -> Changes:
    """What changed from a previous release to the N-Quads in `dump`; without one nothing did."""
    if previous is None:
        return Changes(version, "", (), ())
    new = set(dump.decode().splitlines())
    old = set(previous.dump.read_text(encoding="utf-8").splitlines())
    return Changes(version, previous.manifest.version, tuple(sorted(new - old)), tuple(sorted(old - new)))


def write_changes(folder: Path, changes: Changes, iris: Iris) -> Iterator[File]:
    """Write `changes.rdfp` (RDF Patch: removals, then additions, in one transaction) and `changes.json`."""
    yield write_file(folder, "changes.rdfp", "text/plain", _patch(changes, iris).encode())
    yield write_file(folder, "changes.json", "application/json", _json(changes, iris).encode())


def _patch(changes: Changes, iris: Iris) -> str:
    lines = [f"H id <{iris.release(changes.version)}> ."]
    if changes.previous:
        lines.append(f"H prev <{iris.release(changes.previous)}> .")
    rows = [f"D {line}" for line in changes.removed] + [f"A {line}" for line in changes.added]
    return "\n".join([*lines, "TX .", *rows, "TC .", ""])


def _json(changes: Changes, iris: Iris) -> str:
    added, removed = _by_subject(changes.added), _by_subject(changes.removed)
    body = {
        "release": iris.release(changes.version),
        "previous": iris.release(changes.previous) if changes.previous else None,
        "added": len(changes.added),
        "removed": len(changes.removed),
        "resources": [
            {"id": subject, "added": added.get(subject, []), "removed": removed.get(subject, [])}
            for subject in sorted({*added, *removed})
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _by_subject(lines: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for quad in sorted(rdf.read("\n".join(lines).encode(), rdf.N_QUADS), key=str):
        assert isinstance(quad, Quad)
        assert isinstance(quad.subject, NamedNode)
        statement = {
            "graph": getattr(quad.graph_name, "value", ""),
            "property": quad.predicate.value,
            "value": str(quad.object),
        }
        found.setdefault(quad.subject.value, []).append(statement)
    return found
