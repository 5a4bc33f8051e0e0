"""The application: one release, its engine and the settings become a WSGI application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from travaux_build.release import Release

from travaux_server.engine import Engine
from travaux_server.service import EXTENSION, Service, lend_service
from travaux_server.settings import Settings

BLUEPRINTS = ("sparql", "health", "home", "things", "documents", "terms", "downloads", "queries")
"""Modules of this package that each hold a `blueprint`."""


def create_app(release: Release, engine: Engine, settings: Settings) -> Flask:
    """A WSGI application that answers from `release` by `engine`, which the caller starts and closes."""
    app = Flask(__name__, static_url_path="/static")
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.extensions[EXTENSION] = Service(release, engine, settings)
    lend_service(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"travaux_server.{name}").blueprint)
    return app
