"""The engine's database: every quad in its graph, and every triple once in the default graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Quad, Store

from travaux_build.rdf import union
from travaux_build.release import STORE


def write_store(folder: Path, quads: Sequence[Quad]) -> None:
    """Write the database of a release, to be opened read-only from now on. Raises `OSError`.

    The default graph holds the union of the named graphs, so that a query that asks for all of them counts
    each triple once. Its files differ from build to build, so only their own list states their digests.
    """
    place = folder / STORE
    store = Store(str(place))
    store.bulk_extend(quads)
    store.bulk_extend([Quad(one.subject, one.predicate, one.object) for one in union(quads)])
    store.flush()
    store.optimize()
    del store  # closes it
    (place / "LOG").unlink(missing_ok=True)  # a diary with times and the name of the machine
