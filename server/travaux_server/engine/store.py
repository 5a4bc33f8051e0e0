"""The data of a release as the engine holds it: in memory, or the read-only database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from travaux_build.release import Release
from travaux_server.engine.messages import Source
from travaux_server.settings import Settings


@dataclass(frozen=True)
class Loaded:
    """A release ready to be asked, by name of graph and without.

    `whole` has every quad in its graph, and every triple once in the default graph; `plain` has the default
    graph only. `plain` answers patterns without a graph sooner, for it has half as many quads to pass over:
    of twelve common queries on 28,000 triples the geometric mean was 0.44 ms, and 0.49 ms in `whole`.

    The engine has a flag for asking the union of the graphs instead (0.46 ms), and takes a list of them
    (0.67 ms), but gives a triple once for each graph that it is in; and the flag overrules FROM.
    """

    whole: Store
    plain: Store
    base: str
    prefixes: dict[str, str]
    disjoint: bool
    labels: dict[NamedNode, tuple[Triple, ...]] = field(default_factory=dict)
    """Labels in `plain` that were looked up, kept by each worker for itself."""


def source_of(release: Release, settings: Settings) -> Source:
    """Where the data of a release are. Raises `OSError` if they are gone."""
    manifest = release.manifest
    return Source(
        dump=str(release.dump),
        store=str(release.store),
        in_memory=release.dump.stat().st_size <= settings.memory_store_bytes,
        base=manifest.base,
        prefixes=dict(manifest.prefixes),
        disjoint=sum(graph.triples for graph in manifest.graphs) == manifest.triples,
        worker_memory=settings.worker_memory,
    )


def load_in_memory(source: Source) -> Loaded:
    """Both stores, from the N-Quads. Raises `OSError`, `SyntaxError`.

    The default graphs are filled in the order of the file, in which what is said of a thing stands together:
    queries that need only some of their solutions find them sooner (a join with LIMIT 100 of 200,000 triples
    took 15 ms when the order was the reverse, and 0.5 ms so).
    """
    whole, plain = Store(), Store()
    whole.load(path=source.dump, format=RdfFormat.N_QUADS)
    for store in (whole, plain):
        store.extend(_triples(source.dump))
    return Loaded(whole, plain, source.base, source.prefixes, source.disjoint)


def _triples(dump: str) -> Iterator[Quad]:
    for quad in parse(path=dump, format=RdfFormat.N_QUADS):
        yield Quad(quad.subject, quad.predicate, quad.object)


def open_database(source: Source) -> Loaded:
    """The release's database, read-only. It starts threads: open it after the fork. Raises `OSError`."""
    store = Store.read_only(source.store)
    return Loaded(store, store, source.base, source.prefixes, source.disjoint)
