"""The pipeline: content is read, inferred from, checked, described, dumped, stored and published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import metadata
from importlib.metadata import version as installed_version
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from travaux_build import publish, rdf
from travaux_build.assembly import MADE, Draft, assemble
from travaux_build.card import Card, read_card, strangers
from travaux_build.checking.check import check
from travaux_build.checking.dropped import dropped
from travaux_build.checking.ontology_version import version_in, version_problems, version_quads
from travaux_build.checking.report import Report
from travaux_build.checking.retired import Retired, contradictions, read_retired
from travaux_build.content import Content
from travaux_build.description import Tool
from travaux_build.errors import Problem, Refused, TravauxError
from travaux_build.infer import infer
from travaux_build.progress import SILENCE, Progress
from travaux_build.reading.queries import read_queries
from travaux_build.reading.reader import read
from travaux_build.reading.turtle import read_ontology, read_shapes
from travaux_build.release import Manifest, Release, versions
from travaux_build.sources.source import Source
from travaux_build.sources.source import digest as hash_text
from travaux_build.sources.wording import GRAPH as WORDING
from travaux_build.sources.wording import has_wording, wording_of

PROGRAM = "travaux"
LIBRARIES = ("pyoxigraph", "pyshacl", "PyYAML", "rdflib", "zstandard")
GRAPH = re.compile(r"[a-z][a-z0-9-]*")


Proof = Callable[[Path], object]
"""Examines the folder of a finished release; raises `TravauxError` for one that is not to be published."""


@dataclass(frozen=True)
class Examined:
    """Content that has been found right: its card, its quads (inferred ones included) and the report."""

    card: Card
    quads: tuple[Quad, ...]
    shapes: tuple[Quad, ...]
    report: Report
    retired: tuple[Retired, ...]


def build(
    content: Content,
    releases: Path,
    progress: Progress = SILENCE,
    again: bool = False,
    source: Source | None = None,
    proofs: Sequence[Proof] = (),
) -> Release:
    """Make a release of the content the current one, a new one only if need be or if `again` asks for it.

    With a source, the release also holds the official wording of the passages of the documents whose text it
    is. One without is compared with others without, so that nothing of the source gets into it. Each proof is
    given the folder of the finished release; what one raises keeps it from being published.

    Raises `Refused` with every fault in the content, `SourceError` if no document has that text, or
    `ReleaseError`; whatever happens, the releases that there were stay as they were.
    """
    with publish.locked(releases, progress.notice):
        digest = _digest(content, source)

        wanted = _has_no_wording if source is None else _any
        previous = publish.newest_release(releases, progress.notice, wanted)
        if previous and not again and _says_the_same(previous.manifest, digest):
            progress.notice(f"release {previous.manifest.version} says all this already; nothing to do")
            publish.make_current(releases, previous.manifest.version)
            return previous
        examined = examine(content, progress)
        wording = wording_of(source, examined.quads, content) if source else None
        if _digest(content, source) != digest:
            raise TravauxError(f"{content.root}: files changed while they were read; run again")
        version = publish.next_version(examined.card.version, versions(releases))
        refuse_breaks(content, examined, releases, wanted)
        ontology = version_in(examined.quads, content.iris)
        quads = [*examined.quads, *version_quads(ontology, previous, content.iris)]
        with publish.workplace(releases, version) as folder:
            draft = Draft(
                content=content,
                card=examined.card,
                version=version,
                digest=digest,
                tools=_tools(),
                platform=_platform(),
                previous=previous,
                retired=examined.retired,
                ontology=ontology,
                wording=wording,
            )
            assemble(folder, draft, quads, examined.shapes, examined.report.quads, progress)
            for proof in proofs:
                progress.step("proving")
                proof(folder)
            progress.step("publishing")
            return publish.publish(folder, releases, version)


def examine(content: Content, progress: Progress = SILENCE) -> Examined:
    """Read the content, infer from it and check it against the shapes; `Refused` says all that is wrong."""
    progress.step("reading")
    _refuse_folders(content)
    try:
        card, reading, _ = read_card(content), read(content), read_queries(content)
        retired = read_retired(content)
        ontology, shapes = read_ontology(content), read_shapes(content)
    except Refused as refused:
        raise Refused(_problems(content)) from refused
    stated = [*reading.quads, *ontology, *shapes]
    progress.step("inferring")
    quads = rdf.as_held([*stated, *infer(stated, content)])
    rdf.refuse_unwritable(quads, reading.locations)
    progress.step("checking")
    report = check(quads, content, reading.locations)
    subjects = _subjects(quads)
    problems = [*report.problems, *contradictions(retired, subjects, content)]
    problems += strangers(card, subjects, content)
    if problems:
        raise Refused(problems)
    for warning in report.warnings:
        progress.notice(f"warning: {warning}")
    return Examined(card, tuple(quads), tuple(shapes), report, retired)


def _has_no_wording(release: Release) -> bool:
    return not has_wording(release.manifest)


def _any(_release: Release) -> bool:
    return True


def refuse_breaks(
    content: Content,
    examined: Examined,
    releases: Path,
    wanted: Callable[[Release], bool] = _has_no_wording,
) -> None:
    """Refuse content that would break links to what the releases in a folder, those wanted, have published.

    Raises `Refused` for IRIs dropped in silence, terms gone, and an ontology's version that hides a change.
    """
    kept = publish.kept_releases(releases, wanted)
    version = publish.next_version(examined.card.version, versions(releases))
    graphs = {
        content.iris.graph(name) for name in (*MADE, WORDING, *(name for name, _ in content.graph_files()))
    }
    stated = _subjects(examined.quads) | graphs
    problems = dropped(content, version, stated, examined.retired, kept)
    problems += version_problems(examined.quads, kept[-1] if kept else None, content)
    if problems:
        raise Refused(problems)


def _subjects(quads: Iterable[Quad]) -> set[str]:
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _refuse_folders(content: Content) -> None:
    """Folders of data name graphs: by words that can stand in an IRI, and that no other graph has."""
    problems = []
    for name in sorted({name for name, _ in content.graph_files()}):
        if name in (*MADE, WORDING):
            message, remedy = "has the name of a graph that the build makes", "rename the folder"
            problems.append(Problem(f"data/{name}", 0, 0, "", message, remedy))
        elif not GRAPH.fullmatch(name):
            message, remedy = "is no name of a graph", "use small letters, digits and hyphens"
            problems.append(Problem(f"data/{name}", 0, 0, "", message, remedy))
    if problems:
        raise Refused(problems)


def _problems(content: Content) -> Iterator[Problem]:
    """Everything that any of the readers finds wrong, each problem once."""
    found: dict[Problem, None] = {}
    readers: tuple[Callable[[Content], object], ...] = (
        read_card,
        read,
        read_queries,
        read_ontology,
        read_shapes,
        read_retired,
    )
    for reader in readers:
        try:
            reader(content)
        except Refused as refused:
            found.update(dict.fromkeys(refused.problems))
    yield from found


def _digest(content: Content, source: Source | None) -> str:
    """The identity of all that a release is made from."""
    return hash_text(f"{content.digest()} {source.sha256}") if source else content.digest()


def _says_the_same(manifest: Manifest, digest: str) -> bool:
    return (manifest.content_digest, manifest.builder) == (digest, ", ".join(map(str, _tools())))


def _tools() -> tuple[Tool, ...]:
    """The program and the libraries on which the bytes of a release depend, with their versions."""
    return tuple(Tool(name, installed_version(name)) for name in (PROGRAM, *LIBRARIES))


def _platform() -> str:
    """What the program runs on: not this machine's Python, on which no byte depends, but all that will do."""
    return f"Python {metadata(PROGRAM)['Requires-Python']}"
