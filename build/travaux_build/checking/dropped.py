"""Dropped IRIs: what a kept release has published must be there again, or be listed as retired."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from travaux_build.checking.retired import Retired
from travaux_build.content import Content
from travaux_build.errors import Problem
from travaux_build.files.dump_lines import opened
from travaux_build.files.edits import label_in
from travaux_build.iris import NAMELESS, Iris
from travaux_build.release import Release, is_before


def dropped(
    content: Content, version: str, stated: set[str], retired: Iterable[Retired], kept: Iterable[Release]
) -> list[Problem]:
    """A problem for each IRI that a kept release of the same base has minted, and that is neither in `stated`
    nor `retired`; the line to write is in the remedy, for a release of that version. Likewise for each that a
    release still has which is not older than the one since which it is said to be retired.

    Looked at are things with their parts, named shapes and graphs. Terms may not be retired at all
    (`travaux_build.checking.ontology_version`). Raises `ReleaseError` for a release that cannot be read.
    """
    comparable = [release for release in kept if release.manifest.base == content.iris.base]
    last: dict[str, Release] = {}
    for release in comparable:
        last.update(dict.fromkeys(_minted(release), release))
    known = {one.iri: one for one in retired}
    gone = [
        iri
        for iri in sorted(last)
        if iri not in stated and iri not in known and iri.partition("#")[0] not in known
    ]
    listed = set(gone)
    file = content.name(content.retired_file)
    problems = [problem for one in known.values() for problem in _too_early(file, one, comparable)]
    for iri in gone:
        thing, mark, _ = iri.partition("#")
        if not mark or thing not in listed:
            problems.append(_problem(file, iri, last[iri], version))
    return problems


def _too_early(file: str, one: Retired, kept: list[Release]) -> Iterator[Problem]:
    for release in reversed(kept):
        with opened(release.dump) as dump:
            is_there = dump.is_stated(one.iri, release.iris)
        if is_there:
            version = release.manifest.version
            if not is_before(version, one.since):
                message = f"is retired since {one.since}, and release {version} still has it"
                remedy = "write the first release without it"
                yield Problem(file, one.line, 3, release.iris.key(one.iri), message, remedy)
            return


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
