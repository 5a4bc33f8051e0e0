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
    """Processes that evaluate queries; more than one, so that a long query never stops the others."""
    queue: int = 8
    """Queries that may wait for a worker; one more is refused at once."""
    queue_seconds: float = 2.0
    """How long a query may wait for a worker, at most half of the deadline."""
    worker_memory: int = 512 * MEBIBYTE
    """Bytes of address space that a worker may take beyond what the data needs."""
    worker_memory_mark: int = 192 * MEBIBYTE
    """A worker that once held this many bytes beyond what the data needs is replaced after its answer."""
    queries_per_worker: int = 2000
    """Queries after which a worker is replaced."""
    answer_bytes: int = 64 * MEBIBYTE
    """Largest answer to a query; a longer one is refused, never cut."""
    memory_store_bytes: int = 256 * MEBIBYTE
    """Releases whose N-Quads are at most this long are held in memory; longer ones stay in their database."""

    guard: bool = True
    """Whether queries are read by `guard` before the engine; the engine's own walls hold without it."""
    query_characters: int = 100_000
    """Longest query text."""
    body_bytes: int = MEBIBYTE
    """Longest request body."""
    threads: int = 24
    """Threads that answer requests; more than `workers + queue`, so that pages and refusals need not wait."""
    html_rows: int = 1000
    """Rows of an answer that a page shows; the other formats have all of them."""
    html_characters: int = 100_000
    """Characters of a graph that a page shows."""

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
