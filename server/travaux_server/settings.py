"""What can be set about a running server, with the values that hold when nothing is said."""

from __future__ import annotations

import os
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """All settings of a server and its engine; `public_url` and `prefix` decide every URL that it prints."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    """Where readers reach the server, without a final slash; empty means `http://<host>:<port><prefix>`."""
    prefix: str = ""
    """Path under which the server is mounted, such as `/travaux`; empty at the root. No final slash."""
    quiet: bool = False
    """No line per request."""

    deadline: float = 10.0
    """Seconds that a query may take, waiting included; `timeout=` may ask for less, never for more."""
    workers: int = max(4, os.cpu_count() or 4)
    """Short places: queries evaluated at the same time, none of them longer than `short_seconds`."""
    short_seconds: float = 0.1
    """Seconds after which a query is a long one, and gives its short place to the next."""
    queue: int = 8
    """Queries that may hold up a thread each while they wait for a short place; one more is refused."""
    crowd: int = 64
    """Queries that may wait for a short place without a thread; one more is refused."""
    queue_seconds: float = 2.0
    """How long a query may wait for a short place, at most half of its deadline."""
    long_queries: int = 2
    """Long places: queries evaluated for longer, at low priority."""
    long_queue: int = 10
    """Long queries that may wait for a long place, half of their deadline; one more is refused at once."""
    spare_workers: int = 1
    """Processes kept ready for those that end, beyond one for each place."""
    worker_memory: int = 512 * MEBIBYTE
    """Bytes of address space that a worker may take beyond what the data needs."""
    worker_memory_mark: int = 192 * MEBIBYTE
    """A worker that once held this many bytes beyond what the data needs is replaced after its answer."""
    queries_per_worker: int = 2000
    """Queries after which a worker is replaced."""
    answer_bytes: int = 64 * MEBIBYTE
    """Largest answer to a query; a longer one is refused, never cut."""
    answer_rows: int = 1_000_000
    """Most rows, or triples, of an answer to a query; a longer one is refused, never cut."""
    memory_store_bytes: int = 256 * MEBIBYTE
    """Releases whose N-Quads are at most this long are held in memory; longer ones stay in their database."""

    guard: bool = True
    """Whether queries are read by `guard` before the engine; the engine's own walls hold without it."""
    query_characters: int = 100_000
    """Longest query text."""
    body_bytes: int = MEBIBYTE
    """Longest request body."""
    work_per_minute: float = 60.0
    """Seconds of work that each client may ask for in a minute; 0 means that nobody counts."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose X-Forwarded-For names the client; nobody else's does."""
    cache_bytes: int = 64 * MEBIBYTE
    """Answers that are kept for those who ask the same again; 0 keeps none."""
    threads: int = 32
    """Threads that answer requests; more than `places`, so that pages and refusals need not wait."""
    html_rows: int = 1000
    """Rows of an answer that a page shows; the other formats have all of them."""
    html_characters: int = 100_000
    """Characters of a graph that a page shows."""

    @property
    def processes(self) -> int:
        """Workers that an engine keeps: one for each place, and the spare ones."""
        return self.workers + self.long_queries + self.spare_workers

    @property
    def places(self) -> int:
        """Queries that are evaluated or wait at the same time, at most."""
        return self.workers + self.queue + self.long_queries + self.long_queue

    @property
    def url(self) -> str:
        """Where readers reach the server, without a final slash."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}{self.prefix}"

    @property
    def endpoint(self) -> str:
        """The absolute URL of the SPARQL endpoint."""
        return self.url + "/sparql"

    @property
    def graph_store(self) -> str:
        """The absolute URL of the graph store."""
        return self.url + "/graph-store"
