"""The HTTP listener: waitress, set so that slow and silent clients take nothing from the others."""

from __future__ import annotations

import logging
import resource
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from travaux_build.errors import TravauxError
from travaux_server.settings import Settings

CONNECTIONS = 2000
SPARE_FILES = 500
"""Open files besides those of the connections: data, workers, downloads."""
HEADER_BYTES = 64 * 1024


class Listener:
    """Listens from construction on; `serve` answers until `stop` is called."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Raises `TravauxError` when the address cannot be had."""
        self._settings = settings
        self._stopping = False
        self._sockets: dict[int, Any] = {}
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        _allow_files(CONNECTIONS + SPARE_FILES)
        try:
            self._server = create_server(
                app,
                map=self._sockets,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                url_prefix=settings.prefix,
                connection_limit=CONNECTIONS,
                channel_timeout=10,
                cleanup_interval=2,
                asyncore_use_poll=True,
                max_request_header_size=HEADER_BYTES,
                max_request_body_size=settings.body_bytes,
                clear_untrusted_proxy_headers=True,
                ident="Travaux",
            )
        except (OSError, ValueError) as error:
            place = f"{settings.host}:{settings.port}"
            raise TravauxError(
                f"cannot listen on {place}: {error} — choose another --port or --host"
            ) from error

    def serve(self) -> None:
        """Answer requests; after `stop`, take no new ones, finish those begun within the deadline, return."""
        self._run(lambda: not self._stopping)
        for listening in [found for found in self._sockets.values() if isinstance(found, BaseWSGIServer)]:
            wasyncore.dispatcher.close(listening)
        end = time.monotonic() + self._settings.deadline + 1
        self._run(lambda: self._is_busy() and time.monotonic() < end)
        self._server.task_dispatcher.shutdown(timeout=1)

    def stop(self) -> None:
        """Have `serve` return soon; may be called from a signal handler or another thread."""
        self._stopping = True

    def _run(self, goes_on: Callable[[], bool]) -> None:
        while goes_on():
            wasyncore.loop(timeout=0.2, use_poll=True, map=self._sockets, count=1)

    def _is_busy(self) -> bool:
        channels = [found for found in self._sockets.values() if isinstance(found, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _allow_files(count: int) -> None:
    """Raise the number of files this process may open to `count`, as far as it may raise it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
