"""Taking up a new release while the server runs, so that no request fails and no answer mixes two."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event, Thread

from flask import Flask

from travaux_build.errors import TravauxError
from travaux_build.release import current_release
from travaux_server.engine import Engine
from travaux_server.service import EXTENSION, Service
from travaux_server.settings import Settings

INTERVAL = 1.0
"""Seconds between two looks at which release is the current one."""


class Watch:
    """Looks after the current release of a folder and has `app` serve it, until `stop`."""

    def __init__(self, app: Flask, releases: Path, settings: Settings) -> None:
        self._app = app
        self._releases = releases
        self._settings = settings
        self._seen = self._target()
        self._stopped = Event()
        self._thread = Thread(target=self._look, name="reload", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; returns when no release is being taken up any more."""
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(INTERVAL):
            target = self._target()
            if target and target != self._seen:
                self._seen = target
                try:
                    self._take_up()
                except TravauxError as error:
                    sys.stderr.write(f"the new release is not taken up, the old one stays: {error}\n")

    def _take_up(self) -> None:
        """Start an engine on the current release, hand over to it, let the old one end with its requests."""
        old: Service = self._app.extensions[EXTENSION]
        release = current_release(self._releases)
        engine = Engine(release, self._settings)
        engine.start()
        self._app.extensions[EXTENSION] = Service(release, engine, self._settings)
        sys.stderr.write(f"now serving release {release.manifest.version}\n")
        old.engine.retire()

    def _target(self) -> str:
        """What the link to the current release says; empty while there is none."""
        try:
            return str((self._releases / "current").readlink())
        except OSError:
            return ""
