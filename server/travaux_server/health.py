"""Whether the server can answer, for those who watch over it."""

from __future__ import annotations

import json
import time

from flask import Blueprint, Response, current_app

from travaux_server.service import current_service

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Status, release, workers and uptime in seconds, as JSON; 503 while no query can be answered."""
    service = current_service()
    workers = service.engine.workers
    state = {
        "status": "ok" if workers else "down",
        "release": service.release.manifest.version,
        "triples": service.release.manifest.triples,
        "workers": workers,
        "uptime": round(time.monotonic() - current_app.config["STARTED"], 1),
    }
    response = Response(json.dumps(state) + "\n", 200 if workers else 503, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if not workers:
        response.headers["Retry-After"] = "1"
    return response
