"""The listener: takes the address, runs the event loop, and ends it when all requests are answered."""

from __future__ import annotations

import asyncio
import resource
import socket
from dataclasses import replace
from ipaddress import ip_network

import uvloop

from travaux_build.errors import TravauxError
from travaux_server.front.connection import Connection
from travaux_server.front.crew import Crew
from travaux_server.front.desk import Desk
from travaux_server.front.hosted import Hosted
from travaux_server.front.journal import Journal
from travaux_server.front.limits import Limits
from travaux_server.front.request import Place

TURN_SECONDS = 0.2
BACKLOG = 1024
SPARE_FILES = 500
"""Open files besides those of the connections: data, workers, downloads."""


class Listener:
    """Listens from construction on; `serve` answers until `stop` is called."""

    def __init__(
        self,
        hosted: Hosted,
        place: Place,
        limits: Limits,
        *,
        proxies: tuple[str, ...] = (),
        quiet: bool = False,
    ) -> None:
        """`proxies` are addresses or networks. Raises `TravauxError` when the address cannot be had."""
        self._hosted = hosted
        self._place = place
        files = _allow_files(limits.connections + SPARE_FILES)
        self._limits = replace(limits, connections=max(min(limits.connections, files - SPARE_FILES), 50))
        self._journal = Journal(quiet)
        self._is_stopping = False
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        try:
            self._proxies = tuple(ip_network(proxy) for proxy in proxies)
        except ValueError as error:
            raise TravauxError(
                f"--trusted-proxy: {error} — give an address or a network, such as 10.0.0.0/8"
            ) from error
        try:
            family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
            self._socket = socket.create_server((place.host, place.port), family=family, backlog=BACKLOG)
        except (OSError, OverflowError) as error:
            message = f"cannot listen on {place.host}:{place.port}: {error}"
            raise TravauxError(f"{message} — choose another --port or --host") from error

    def serve(self) -> None:
        """Answer requests; after `stop`, take no new ones, finish those begun, return. In the main thread."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        """Have `serve` return soon; may be called from a signal handler or another thread."""
        self._is_stopping = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        crew = Crew(self._limits.threads, self._limits.waiting)
        desk = Desk(self._hosted, self._limits, self._place, self._proxies, self._journal, self._loop, crew)
        desk.turn()
        turning = self._loop.create_task(_turn(desk))
        server = await self._loop.create_server(lambda: Connection(desk), sock=self._socket, backlog=BACKLOG)
        if not self._is_stopping:
            await self._stop.wait()
        server.close()
        desk.is_stopping = True
        for connection in list(desk.connections):
            connection.stop()
        await _drain(desk)
        turning.cancel()
        crew.dismiss()
        desk.turn()


async def _turn(desk: Desk) -> None:
    while True:
        await asyncio.sleep(TURN_SECONDS)
        desk.turn()


async def _drain(desk: Desk) -> None:
    """Wait until no connection is busy any more, for as long as the limits say."""
    end = desk.loop.time() + desk.limits.drain_seconds
    while any(connection.is_busy for connection in desk.connections) and desk.loop.time() < end:
        await asyncio.sleep(0.02)


def _allow_files(count: int) -> int:
    """How many files this process may open, the number raised to `count` as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return count if soft == resource.RLIM_INFINITY else soft
