"""What the blueprints of a server share: one release, the engine that holds it, and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, g, request

from travaux_build.release import Release
from travaux_server.engine import Engine
from travaux_server.settings import Settings

EXTENSION = "travaux"
LENT = "travaux.service"
"""Key under which the environment of a request has the service of a release that it alone asks."""


@dataclass(frozen=True)
class Service:
    """A release being served. A request keeps the one it began with, also while a newer one takes over."""

    release: Release
    engine: Engine
    settings: Settings


def lend_service(app: Flask) -> None:
    """Give each request of `app` the service of its beginning, and keep that one's engine until its end."""

    @app.before_request
    def begin() -> None:
        g.service = request.environ.get(LENT) or borrow_service(app)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        service = g.pop("service", None)
        if service is not None:
            cast(Service, service).engine.give_back()


def borrow_service(app: Flask) -> Service:
    """The service of this moment, whose engine is to be given back."""
    while True:
        service = cast(Service, app.extensions[EXTENSION])
        if service.engine.borrow():
            return service


def current_service() -> Service:
    """The service of the request that is being answered."""
    return cast(Service, g.service)
