"""Changes: what a release adds to and removes from the one before it, as RDF Patch and as JSON."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
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
    new, old = set(dump.splitlines()), set(previous.dump.read_bytes().splitlines())
    added, removed = (tuple(line.decode() for line in sorted(lines)) for lines in (new - old, old - new))
    return Changes(version, previous.manifest.version, added, removed)


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
    added, removed = _statements(changes.added), _statements(changes.removed)
    subjects = sorted({one.subject for one in (*added, *removed)})
    body = {
        "release": iris.release(changes.version),
        "previous": iris.release(changes.previous) if changes.previous else None,
        "added": len(added),
        "removed": len(removed),
        "graphs": {
            graph: {"added": _count(added, graph), "removed": _count(removed, graph)}
            for graph in sorted({one.graph for one in (*added, *removed)})
        },
        "resources": [
            {"id": subject, "added": _of(added, subject), "removed": _of(removed, subject)}
            for subject in subjects
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, order=True)
class _Statement:
    """A statement as JSON shows it: IRIs bare, the value as N-Triples writes it."""

    subject: str
    graph: str
    property: str
    value: str


def _statements(lines: tuple[str, ...]) -> list[_Statement]:
    found = []
    for quad in rdf.read("\n".join(lines).encode(), rdf.N_QUADS):
        assert isinstance(quad, Quad)
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.graph_name, NamedNode)
        predicate, value = quad.predicate.value, str(quad.object)
        found.append(_Statement(quad.subject.value, quad.graph_name.value, predicate, value))
    return sorted(found)


def _count(statements: list[_Statement], graph: str) -> int:
    return sum(one.graph == graph for one in statements)


def _of(statements: list[_Statement], subject: str) -> list[dict[str, str]]:
    start = bisect_left(statements, subject, key=lambda one: one.subject)
    end = bisect_right(statements, subject, key=lambda one: one.subject)
    return [
        {"graph": one.graph, "property": one.property, "value": one.value} for one in statements[start:end]
    ]
