"""The data of a release as the engine holds it: in memory, or the read-only database."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Store

from travaux_server.engine.messages import Source


@dataclass(frozen=True)
class Loaded:
    """A store ready to be asked: every quad in its graph, and every triple once in the default graph.

    The engine has a flag for asking the union of the graphs instead, but it gives a triple once for each
    graph that it is in, and overrules FROM.
    """

    store: Store
    base: str
    prefixes: dict[str, str]


def load_in_memory(source: Source) -> Loaded:
    """Every quad in its graph, every triple once in the default graph. Raises `OSError`, `SyntaxError`."""
    store = Store()
    store.load(path=source.dump, format=RdfFormat.N_QUADS)
    store.extend([Quad(quad.subject, quad.predicate, quad.object) for quad in store])
    return Loaded(store, source.base, source.prefixes)


def open_database(source: Source) -> Loaded:
    """The release's database, read-only. It starts threads: open it after the fork. Raises `OSError`."""
    store = Store.read_only(source.store)
    return Loaded(store, source.base, source.prefixes)
