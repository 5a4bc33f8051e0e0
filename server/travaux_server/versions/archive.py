"""The archive: earlier releases answer by small engines of their own, which are there only while asked."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import BoundedSemaphore, Event, Lock, Thread

from travaux_build.release import Release
from travaux_server.engine import Engine, EngineBusy, EngineDown
from travaux_server.service import Service
from travaux_server.settings import Settings

MOST_ENGINES = 2
"""Earlier releases that answer at the same time."""
IDLE_SECONDS = 60.0
"""How long an engine is kept that nobody asks."""
LEAST_SECONDS = 1.0
"""How long an engine is kept at least, so that nobody can have engines started all the time."""
BUSY = "earlier releases are being asked by others"
MOST_WAITING = 8
"""Requests that wait for an engine to start; one more is refused at once, and the others go on."""


@dataclass
class _Open:
    service: Service
    begun: float
    asked: float


class Archive:
    """Lends services of earlier releases; every method may be called from any thread.

    Their data stay in the database on disk, and one worker answers, beside one for what takes long: an engine
    starts in a tenth of a second and takes about 90 MB. The one asked longest ago makes room for another.
    """

    def __init__(self, settings: Settings, idle: float = IDLE_SECONDS, least: float = LEAST_SECONDS) -> None:
        self._settings = replace(
            settings,
            workers=1,
            queue=4,
            long_queries=1,
            long_queue=1,
            spare_workers=0,
            memory_store_bytes=0,
        )
        self._idle, self._least = idle, least
        self._lock = Lock()
        self._closed = Event()
        self._waiting = BoundedSemaphore(MOST_WAITING)
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._sweeper: Thread | None = None

    @property
    def versions(self) -> tuple[str, ...]:
        """The releases that have an engine now, the one asked last at the end."""
        with self._lock:
            return tuple(self._open)

    def borrow(self, release: Release) -> Service:
        """A service of that release, whose engine is to be given back.

        Raises `EngineBusy` when other releases have all engines and each is being asked, and `EngineDown`.
        """
        if not self._waiting.acquire(blocking=False):
            raise EngineBusy(1, BUSY)
        try:
            with self._lock:
                return self._borrow(release)
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End all engines, for good."""
        self._closed.set()
        with self._lock:
            while self._open:
                self._open.popitem()[1].service.engine.close()

    def _borrow(self, release: Release) -> Service:
        version, now = release.manifest.version, time.monotonic()
        found = self._open.get(version)
        if found is None:
            self._make_room(now)
            engine = Engine(release, self._settings)
            try:
                engine.start()
            except EngineDown:
                engine.close()
                raise
            found = self._open[version] = _Open(Service(release, engine, self._settings), now, now)
            self._sweep_from_now_on()
        self._open.move_to_end(version)
        found.asked = now
        found.service.engine.borrow()
        return found.service

    def _make_room(self, now: float) -> None:
        """Close the engine asked longest ago if all there may be are open."""
        if len(self._open) < MOST_ENGINES:
            return
        free = [
            version
            for version, one in self._open.items()
            if one.service.engine.is_idle and now - one.begun > self._least
        ]
        if not free:
            raise EngineBusy(1, BUSY)
        self._open.pop(free[0]).service.engine.retire()

    def _sweep_from_now_on(self) -> None:
        if self._sweeper is None:
            self._sweeper = Thread(target=self._sweep, name="archive", daemon=True)
            self._sweeper.start()

    def _sweep(self) -> None:
        """Close engines that nobody asks any more, until there are none."""
        while not self._closed.wait(self._idle / 4):
            with self._lock:
                now = time.monotonic()
                for version, one in list(self._open.items()):
                    if one.service.engine.is_idle and now - one.asked > self._idle:
                        self._open.pop(version).service.engine.retire()
                if not self._open:
                    self._sweeper = None
                    return
