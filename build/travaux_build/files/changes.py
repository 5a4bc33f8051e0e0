"""Changes: what one release adds to and removes from another, as RDF Patch and as JSON."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from travaux_build.files.dump_lines import Statement, statement_of
from travaux_build.iris import Iris
from travaux_build.release import File, Release, write_file

PATCH = "changes.rdfp"


@dataclass(frozen=True)
class Changes:
    """Statements added and removed, as sorted N-Quads lines without line feeds; `previous` may be empty."""

    version: str
    previous: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(version: str, dump: Path, previous: Release | None) -> Changes:
    """What changed from a previous release to the sorted N-Quads in `dump`; without one nothing did."""
    if previous is None:
        return Changes(version, "", (), ())
    added: list[str] = []
    removed: list[str] = []
    with previous.dump.open("rb") as old, dump.open("rb") as new:
        for is_new, line in _only_in_one(old, new):
            (added if is_new else removed).append(line.decode().removesuffix("\n"))
    return Changes(version, previous.manifest.version, tuple(added), tuple(removed))


def changes_between(old: Release, new: Release) -> Changes:
    """What changed from one release to another, in whichever order they were made.

    If the newer was made after the older it says so itself; else both dumps are read.
    """
    if not _follows(new, old):
        return compare(new.manifest.version, new.dump, old)
    with new.path(PATCH).open(encoding="utf-8", newline="\n") as rows:
        return _read_patch(rows, old.manifest.version, new.manifest.version)


def bytes_to_read(old: Release, new: Release) -> int:
    """How much has to be read to know what changed between two releases."""
    paths = [new.path(PATCH)] if _follows(new, old) else [old.dump, new.dump]
    return sum(path.stat().st_size for path in paths)


def _follows(new: Release, old: Release) -> bool:
    """Whether a release was made after another one, and states what it changed of that."""
    with new.path(PATCH).open(encoding="utf-8", newline="\n") as rows:
        next(rows, "")
        return next(rows, "") == f"H prev <{old.iris.release(old.manifest.version)}> .\n"


def _read_patch(rows: Iterable[str], old: str, new: str) -> Changes:
    lines = [row.removesuffix("\n") for row in rows]
    added = tuple(line[2:] for line in lines if line.startswith("A "))
    removed = tuple(line[2:] for line in lines if line.startswith("D "))
    return Changes(new, old, added, removed)


def write_changes(folder: Path, changes: Changes, iris: Iris) -> Iterator[File]:
    """Write `changes.rdfp` and `changes.json`."""
    yield write_file(folder, PATCH, "text/plain", patch_of(changes, iris).encode())
    yield write_file(folder, "changes.json", "application/json", json_of(changes, iris).encode())


def patch_of(changes: Changes, iris: Iris) -> str:
    """The changes as RDF Patch: removals, then additions, in one transaction."""
    lines = [f"H id <{iris.release(changes.version)}> ."]
    if changes.previous:
        lines.append(f"H prev <{iris.release(changes.previous)}> .")
    rows = [f"D {line}" for line in changes.removed] + [f"A {line}" for line in changes.added]
    return "\n".join([*lines, "TX .", *rows, "TC .", ""])


def json_of(changes: Changes, iris: Iris) -> str:
    """The changes as JSON: how many, in which graphs, and of each resource what was added and removed."""
    added, removed = (sorted(map(statement_of, lines)) for lines in (changes.added, changes.removed))
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


def _only_in_one(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[tuple[bool, bytes]]:
    """The lines that stand in one of two sorted files alone, each with whether that is the new one."""
    left, right = next(old, None), next(new, None)
    while left is not None and right is not None:
        if left == right:
            left, right = next(old, None), next(new, None)
        elif left < right:
            yield False, left
            left = next(old, None)
        else:
            yield True, right
            right = next(new, None)
    yield from ((False, line) for line in chain([left] if left is not None else [], old))
    yield from ((True, line) for line in chain([right] if right is not None else [], new))


def _count(statements: list[Statement], graph: str) -> int:
    return sum(one.graph == graph for one in statements)


def _of(statements: list[Statement], subject: str) -> list[dict[str, str]]:
    start = bisect_left(statements, subject, key=lambda one: one.subject)
    end = bisect_right(statements, subject, key=lambda one: one.subject)
    return [
        {"graph": one.graph, "property": one.property, "value": one.value} for one in statements[start:end]
    ]
