"""Those compared, ours first, then the ceiling, then the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .ceiling import Ceiling
from .oxigraph import Oxigraph, OxigraphInMemory
from .peer import Peer, Unavailable
from .rdflib_endpoint import RdflibEndpoint
from .travaux import Cached, Distinct, Uncached
from .trifid import Trifid
from .virtuoso import Virtuoso

__all__ = ["NAMES", "OURS", "Peer", "Unavailable", "make_peers"]
OWN = (Uncached, Distinct, Cached)
OURS = tuple(peer.name for peer in OWN)
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
    peers = [*(make(serve_options) for make in OWN), *(make() for make in OTHERS)]
    return [peer for peer in peers if peer.name in names]


NAMES = tuple(
    peer.name for peer in (*OWN, Ceiling, Oxigraph, OxigraphInMemory, RdflibEndpoint, Trifid, Virtuoso)
)
