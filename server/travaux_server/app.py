"""The application: one release, its engine and the settings become a WSGI application."""

from __future__ import annotations

import time

from flask import Flask, Response, request

from travaux_build.release import Release
from travaux_server import (
    browse,
    documents,
    downloads,
    graph_store,
    health,
    home,
    openapi,
    queries,
    site,
    sparql,
    terms,
    things,
)
from travaux_server.access_log import log_requests
from travaux_server.engine import Engine
from travaux_server.problems import handle_problems
from travaux_server.service import EXTENSION, Service, lend_service
from travaux_server.settings import Settings

BLUEPRINTS = (
    *(sparql, graph_store, openapi, health),
    *(site, home, browse, queries, things, documents, terms, downloads),
)
"""Modules that each hold a `blueprint`."""
EXPOSED = "Link, ETag, Location, Retry-After, Server-Timing, X-Release"


def create_app(release: Release, engine: Engine, settings: Settings) -> Flask:
    """A WSGI application that answers from `release` by `engine`, which the caller starts and closes."""
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.url_map.merge_slashes = False  # its redirects would be made of the Host header
    app.config["STARTED"] = time.monotonic()
    app.extensions[EXTENSION] = Service(release, engine, settings)
    if not settings.quiet:
        log_requests(app)
    lend_service(app)
    handle_problems(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    app.after_request(_add_common_headers)
    return app


def _add_common_headers(response: Response) -> Response:
    """Everyone may read everything from any site, without credentials; nobody guesses at media types."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
