"""Dropped IRIs: what a kept release has published must be there again, or be listed as retired."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from travaux_build.content import Content
from travaux_build.dump_lines import opened
from travaux_build.edits import label_in
from travaux_build.errors import Problem
from travaux_build.iris import NAMELESS, Iris
from travaux_build.release import Release


def dropped(
    content: Content, version: str, stated: set[str], retired: Collection[str], kept: Iterable[Release]
) -> list[Problem]:
    """A problem for each IRI that a kept release of the same base has minted, and that is neither in `stated`
    nor in `retired`; the line to write is in the remedy, for a release of that version.

    Looked at are things with their parts, named shapes and graphs. Terms may not be retired at all
    (`travaux_build.ontology_version`). Raises `ReleaseError` for a release that cannot be read.
    """
    last: dict[str, Release] = {}
    for release in kept:
        if release.manifest.base == content.iris.base:
            last.update(dict.fromkeys(_minted(release), release))
    gone = [
        iri
        for iri in sorted(last)
        if iri not in stated and iri not in retired and iri.partition("#")[0] not in retired
    ]
    listed = set(gone)
    file = content.name(content.retired_file)
    problems = []
    for iri in gone:
        thing, mark, _ = iri.partition("#")
        if not mark or thing not in listed:
            problems.append(_problem(file, iri, last[iri], version))
    return problems


def _minted(release: Release) -> set[str]:
    iris = release.iris
    with opened(release.dump) as dump:
        found = {*dump.subjects(iris.things), *dump.subjects(iris.shapes + "#")}
    found = {iri for iri in found if NAMELESS not in iri}
    found.update(graph.iri for graph in release.manifest.graphs)
    return found


def _problem(file: str, iri: str, release: Release, version: str) -> Problem:
    iris = release.iris
    message = f"was published in release {release.manifest.version} and is gone from the data"
    line = _line(iri, release, iris, version)
    remedy = f"an IRI is for ever: put it back, or add to {file} the line: {line}"
    return Problem(file, 0, 0, iris.key(iri), message, remedy)


def _line(iri: str, release: Release, iris: Iris, version: str) -> str:
    with opened(release.dump) as dump:
        label = json.dumps(label_in(dump, iri), ensure_ascii=False)
    key = json.dumps(iris.key(iri), ensure_ascii=False)
    return f'- {{id: {key}, label: {{en: {label}}}, since: "{version}", replacedBy: [], reason: {{en: "…"}}}}'
