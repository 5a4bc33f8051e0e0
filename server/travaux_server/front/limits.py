"""What the front grants a client: bytes, seconds, connections."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
AHEAD = 16
"""Requests of a connection sent before their turn at which no more are read, or answered in one go."""
HELD = {"high": 256 * 1024, "low": 32 * 1024}
"""Bytes of an answer that may wait for a client, and how few must be left before more are added."""
AT_ONCE = 4 * 1024 * 1024
"""Bytes of a file sent before it is the turn of other connections."""


@dataclass(frozen=True)
class Limits:
    """All limits of a front; seconds count from the first byte of what is waited for, not from the last."""

    threads: int = 24
    """Threads in which the application is called."""
    waiting: int = 500
    """Requests that may wait for a thread; one more is refused at once."""
    connections: int = 2000
    """Connections at a time; one more takes the place of the one whose time ends first."""
    head_bytes: int = 64 * 1024
    body_bytes: int = MEBIBYTE
    bodies_bytes: int = 64 * MEBIBYTE
    """All bodies together that are being received."""
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    idle_seconds: float = 15.0
    """Between two requests of a connection."""
    send_seconds: float = 15.0
    """In which a client must take a piece of an answer."""
    linger_seconds: float = 2.0
    """For which what a refused client still sends is thrown away, so that it reads why it was refused."""
    drain_seconds: float = 11.0
    """For requests under way when the front is to stop."""
    cache_bytes: int = 64 * MEBIBYTE
    cache_entries: int = 10_000
    cached_bytes: int = MEBIBYTE
    """Longest answer that is kept."""
