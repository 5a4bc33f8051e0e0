"""The data of a release as the engine holds it: in memory, or the read-only database."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store

from travaux_server.engine.messages import Source


@dataclass(frozen=True)
class Loaded:
    """A store ready to be asked. `merged`: its default graph holds the union of the named graphs.

    Where it does not, the engine's union flag stands in, which counts a triple once for each graph it is in.
    """

    store: Store
    base: str
    prefixes: dict[str, str]
    merged: bool


def load_in_memory(source: Source) -> Loaded:
    """Every quad in its graph, every triple once in the default graph. Raises `OSError`, `SyntaxError`."""
    store = Store()
    store.load(path=source.dump, format=RdfFormat.N_QUADS)
    store.extend([Quad(quad.subject, quad.predicate, quad.object) for quad in store])
    return Loaded(store, source.base, source.prefixes, merged=True)


def open_database(source: Source) -> Loaded:
    """The release's database, read-only. It starts threads: open it after the fork. Raises `OSError`."""
    store = Store.read_only(source.store)
    merged = next(iter(store.quads_for_pattern(None, None, None, DefaultGraph())), None) is not None
    return Loaded(store, source.base, source.prefixes, merged)
