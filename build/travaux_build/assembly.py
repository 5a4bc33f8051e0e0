"""Assembling: checked quads and their description become the files of a release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from travaux_build import rdf
from travaux_build.card import Card
from travaux_build.checking.retired import Retired, retired_quads
from travaux_build.content import Content
from travaux_build.description import (
    PREFIXES,
    Download,
    Edition,
    Making,
    Tool,
    describe,
    downloads_of,
    graph_label,
)
from travaux_build.errors import TravauxError
from travaux_build.files.catalogue import write_catalogue
from travaux_build.files.changes import compare, write_changes
from travaux_build.files.class_tables import Table, class_tables
from travaux_build.files.csv_tables import write_edges, write_tables
from travaux_build.files.csvw import write_metadata
from travaux_build.files.documents import write_documents
from travaux_build.files.dumps import Dump, by_graph, dumps_of, write_dumps
from travaux_build.files.facts import Facts, facts_of
from travaux_build.files.prefixes import gather
from travaux_build.files.sqlite_tables import write_database
from travaux_build.files.sssom import write_mappings
from travaux_build.files.store import write_store
from travaux_build.files.twins import TWINS
from travaux_build.files.workbook import write_workbook
from travaux_build.metadata import write_records
from travaux_build.progress import Progress
from travaux_build.reading.context import Context, read_context
from travaux_build.release import (
    FORMAT,
    File,
    GraphCount,
    Manifest,
    Release,
    write_file,
    write_manifest,
)
from travaux_build.sources.wording import GRAPH as WORDING
from travaux_build.sources.wording import Wording

MADE = ("ontology", "shapes", "inferred", "description")
"""The graphs that no folder of data makes."""
Graphs = Mapping[str, Sequence[Quad]]


@dataclass(frozen=True)
class Draft:
    """What a release is to be: of what content, with which version, by which tools, after which release.

    The first tool is the program; `platform` is what that runs on. `ontology` is the ontology's own version,
    empty if it has none.
    """

    content: Content
    card: Card
    version: str
    digest: str
    tools: tuple[Tool, ...]
    platform: str
    previous: Release | None
    retired: tuple[Retired, ...]
    ontology: str
    wording: Wording | None

    @property
    def previous_version(self) -> str:
        """The version before this one; empty if there is none."""
        return self.previous.manifest.version if self.previous else ""


def assemble(
    folder: Path,
    draft: Draft,
    quads: Sequence[Quad],
    shapes: Sequence[Quad],
    report: Sequence[Quad],
    progress: Progress,
) -> None:
    """Write the release below `folder`, from all quads of the content and the SHACL report.

    When it is published, and the digests of what the manifest does not list, are left to publishing.
    """
    context = read_context(draft.content)
    names = sorted({*MADE, *(name for name, _ in draft.content.graph_files())})
    if draft.wording:
        names, quads = sorted([*names, WORDING]), [*quads, *draft.wording.quads]
    dumps = dumps_of(draft.card.id, names)
    prefixes = gather(draft.content, context, draft.card.prefixes, PREFIXES)
    edition = Edition(draft.card, draft.version, draft.content.iris, prefixes)
    progress.step("describing")
    graphs = _describe(draft, edition, quads, names, dumps)
    everything = [quad for graph in graphs.values() for quad in graph]
    progress.step("dumping")
    files = [*write_dumps(folder, dumps, graphs, prefixes)]
    facts = facts_of(quads)
    tables = class_tables(facts, shapes, context, edition.iris, draft.card.tables)
    files += _write_tables(folder, draft, facts, tables, context)
    files += _write_rest(folder, draft, report, prefixes)
    downloads = downloads_of(files)
    files += write_catalogue(folder, edition, draft.previous_version, names, downloads)
    files += write_records(folder, edition, names, tables, downloads)
    files += write_documents(folder, quads, edition.iris)
    progress.step("storing")
    write_store(folder, everything)
    write_manifest(folder, _manifest(draft, graphs, prefixes, files))


def _describe(
    draft: Draft, edition: Edition, quads: Sequence[Quad], names: list[str], dumps: list[Dump]
) -> Graphs:
    """The quads by graph, with the description, whose figures count the description too."""
    graphs = by_graph(quads, {edition.iris.graph(name): name for name in names})
    downloads = [
        Download(f"{dump.name}{suffix}", dump.form.media_type, coding)
        for dump in dumps
        for suffix, coding in (("", ""), *((f".{suffix}", coding) for suffix, coding in TWINS.items()))
    ]
    inputs = draft.content.digests()
    if draft.wording:
        inputs += tuple((f"source/{document}", draft.wording.sha256) for document in draft.wording.documents)
    making = Making(inputs, draft.tools, draft.platform, draft.previous_version)
    retired = retired_quads(draft.retired, edition.iris.graph("description"))
    graphs["description"] = describe(edition, making, downloads, graphs, retired)
    return graphs


def _write_rest(
    folder: Path, draft: Draft, report: Sequence[Quad], prefixes: Mapping[str, str]
) -> Iterator[File]:
    """The SHACL report, the changes and the queries."""
    iris = draft.content.iris
    text = rdf.write(report, rdf.TURTLE, prefixes)
    yield write_file(folder, "validation.ttl", rdf.TURTLE.media_type, text)
    dump = folder / f"dumps/{draft.card.id}.nq"
    yield from write_changes(folder, compare(draft.version, dump, draft.previous), iris)
    for path in draft.content.query_files():
        name = "queries/" + path.relative_to(draft.content.root / "data" / "queries").as_posix()
        query = draft.content.text(path).encode()
        yield write_file(folder, name, "application/sparql-query", query)


def _write_tables(
    folder: Path, draft: Draft, facts: Facts, tables: Sequence[Table], context: Context
) -> Iterator[File]:
    """The data for those who use no RDF: CSV with what it means, a workbook, a database, mappings."""
    iris, card, version = draft.content.iris, draft.card, draft.version
    for name in set(card.tables) - {table.name for table in tables}:
        raise TravauxError(f"data/dataset.yaml: tables names {name}, of which there is no table; delete it")
    yield from write_tables(folder, tables)
    yield from write_edges(folder, facts, context, iris)
    yield from write_metadata(folder, tables, card, version, iris)
    yield from write_workbook(folder, tables, card, version)
    yield from write_database(folder, tables, facts, card, version, iris)
    if "evidence" in context.words:
        yield from write_mappings(folder, facts, card, version, iris, context.words["evidence"].iri)


def _manifest(draft: Draft, graphs: Graphs, prefixes: Mapping[str, str], files: list[File]) -> Manifest:
    iris, card = draft.content.iris, draft.card
    whole = next(file for file in files if file.name == f"dumps/{card.id}.nq")
    everything = (quad for graph in graphs.values() for quad in graph)
    return Manifest(
        format=FORMAT,
        id=card.id,
        version=draft.version,
        base=iris.base,
        title=card.title["en"],
        description=card.description["en"],
        licence=card.licence,
        publisher=card.publisher,
        builder=", ".join(map(str, draft.tools)),
        content_digest=draft.digest,
        canonical_hash=whole.sha256,
        prefixes=prefixes,
        graphs=tuple(
            GraphCount(name, iris.graph(name), graph_label(name, card), len(graph))
            for name, graph in sorted(graphs.items())
        ),
        triples=len(rdf.union(everything)),
        files=tuple(sorted(files, key=lambda file: file.name)),
        tables=card.tables,
        ontology=draft.ontology,
    )
