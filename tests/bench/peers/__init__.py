"""Those compared, ours first, then the ceiling, then the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .ceiling import Ceiling
from .oxigraph import Oxigraph, OxigraphInMemory
from .peer import Peer, Unavailable
from .rdflib_endpoint import RdflibEndpoint
from .travaux import Cached, Uncached
from .trifid import Trifid
from .virtuoso import Virtuoso

__all__ = ["NAMES", "OURS", "OURS_CACHED", "Peer", "Unavailable", "make_peers"]
OURS = Uncached.name
OURS_CACHED = Cached.name
OTHERS: tuple[Callable[[], Peer], ...] = (
    Ceiling,
    Oxigraph,
    OxigraphInMemory,
    RdflibEndpoint,
    Trifid,
    Virtuoso,
)


def make_peers(names: Sequence[str], serve_options: Sequence[str]) -> list[Peer]:
    """The peers of those names, ours with these further options of `travaux serve`."""
    peers = [Uncached(serve_options), Cached(serve_options), *(make() for make in OTHERS)]
    return [peer for peer in peers if peer.name in names]


NAMES = tuple(
    peer.name
    for peer in (Uncached, Cached, Ceiling, Oxigraph, OxigraphInMemory, RdflibEndpoint, Trifid, Virtuoso)
)
