"""What all connections of a front share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING

from travaux_server.front.answer import Answer, refusal
from travaux_server.front.cache import Cache
from travaux_server.front.crew import Crew
from travaux_server.front.hosted import Hosted
from travaux_server.front.journal import Journal
from travaux_server.front.limits import Limits
from travaux_server.front.reception import Held
from travaux_server.front.request import Place, Request

if TYPE_CHECKING:
    from travaux_server.front.connection import Connection

Network = IPv4Network | IPv6Network


@dataclass
class Desk:
    """The application, the limits, the threads, the cache, and the time, taken a few times a second."""

    hosted: Hosted
    limits: Limits
    place: Place
    proxies: tuple[Network, ...]
    journal: Journal
    loop: asyncio.AbstractEventLoop
    crew: Crew
    held: Held = field(default_factory=Held)
    connections: set[Connection] = field(default_factory=set)
    is_stopping: bool = False
    now: float = 0.0
    date: bytes = b""

    @cached_property
    def cache(self) -> Cache:
        return Cache(self.limits, self.hosted.state)

    def turn(self) -> None:
        """Take the time, write the journal, and end the connections whose time is over."""
        self.now = self.loop.time()
        self.date = f"Date: {formatdate(usegmt=True)}\r\n".encode("ascii")
        self.journal.turn()
        for connection in [one for one in self.connections if one.ends < self.now]:
            connection.expire()

    def make_room(self) -> None:
        """End the connection whose time is over first, if there are too many."""
        if len(self.connections) > self.limits.connections:
            min(self.connections, key=lambda one: one.ends).expire()

    def refusal(self, status: int, detail: str, retry_after: int = 0) -> Answer:
        """An answer of the front's own, with the headers of all."""
        return refusal(status, detail, self.hosted.headers, retry_after)

    def is_trusted(self, peer: str) -> bool:
        """Whether a peer is a proxy that tells truly for whom it asks."""
        if not self.proxies:
            return False
        address = ip_address(peer)
        return any(address in network for network in self.proxies)

    def name_client(self, request: Request) -> None:
        """Let a request that came from a trusted proxy be that of the client for whom it asks."""
        forwarded = request.headers.get(b"x-forwarded-for")
        if forwarded is not None:
            request.forwarded = self.client(forwarded.decode("latin-1"))
            request.client = request.forwarded or request.client

    def client(self, forwarded: str) -> str:
        """The client that a chain of addresses (X-Forwarded-For) ends with, trusted proxies left out."""
        for text in reversed(forwarded.split(",")):
            try:
                address = str(ip_address(text.strip()))
            except ValueError:
                return ""
            if not self.is_trusted(address):
                return address
        return ""
