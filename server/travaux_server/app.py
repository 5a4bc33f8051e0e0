"""The application: one release, its engine and the settings become a WSGI application."""

from __future__ import annotations

import time

from flask import Flask

from travaux_build.release import Release
from travaux_server import health
from travaux_server.direct import Direct
from travaux_server.engine import Engine
from travaux_server.files import downloads
from travaux_server.http.account import Accounts
from travaux_server.http.envelope import Envelope
from travaux_server.http.problems import handle_problems
from travaux_server.pages import browse, crawlers, home, site
from travaux_server.query import graph_store, openapi, queries, sparql
from travaux_server.resources import documents, linksets, retired, terms, things
from travaux_server.service import EXTENSION, Service, lend_service
from travaux_server.settings import Settings
from travaux_server.versions import (
    differences,
    events,
    feed,
    histories,
    ontology_versions,
    releases,
    time_travel,
)
from travaux_server.versions.archive import Archive
from travaux_server.versions.at_release import AtRelease

BLUEPRINTS = (
    *(sparql, graph_store, openapi, health),
    *(site, crawlers, home, browse, queries, things, documents, linksets, terms, releases, downloads),
    *(retired, ontology_versions, time_travel, differences, histories, feed, events),
)
"""Modules that each hold a `blueprint`."""
ACCOUNTS = "travaux accounts"
ARCHIVE = "travaux archive"


def create_app(release: Release, engine: Engine, settings: Settings) -> Flask:
    """A WSGI application that answers from `release` by `engine`, which the caller starts and closes."""
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.url_map.merge_slashes = False  # its redirects would be made of the Host header
    app.config["STARTED"] = time.monotonic()
    app.extensions[EXTENSION] = Service(release, engine, settings)
    accounts = Accounts(settings.work_per_minute)
    app.extensions[ACCOUNTS] = accounts
    lend_service(app)
    handle_problems(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    archive = Archive(settings)
    app.extensions[ARCHIVE] = archive
    app.wsgi_app = Envelope(AtRelease(app, Direct(app, app.wsgi_app), archive), accounts)  # type: ignore[method-assign, assignment]
    return app
