"""Pages of the example queries: what each asks, how, and what the answer is."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from travaux_build.reading.query_file import ValueRefused
from travaux_server.engine import SOLUTIONS_JSON, columns_of, rows_of
from travaux_server.http.negotiate import TURTLE
from travaux_server.query.example_queries import example_queries
from travaux_server.resources.linked_data import send_page
from travaux_server.service import current_service

blueprint = Blueprint("queries", __name__)


@blueprint.get("/queries")
def index() -> Response:
    """All example queries."""
    return send_page(render_template("queries.html", queries=example_queries(current_service()).values()))


@blueprint.get("/queries/<key>")
def query(key: str) -> Response:
    """One query with its answer, for the values that are given to its parameters."""
    service = current_service()
    found = example_queries(service).get(key)
    if found is None:
        raise NotFound(f"release {service.release.manifest.version} has no query called {key}")
    given = {name: value for name, value in request.args.items() if value.strip()}
    try:
        text = found.with_values(given, service.release.iris)
    except ValueRefused as refused:
        page = render_template("query.html", query=found, given=given, asked=found.text, refused=str(refused))
        return send_page(page, status=400)
    answer = service.engine.evaluate(
        text, solutions=SOLUTIONS_JSON, graph=TURTLE.media_type, rows=service.settings.html_rows
    )
    is_table = answer.kind == "solutions"
    return send_page(
        render_template(
            "query.html",
            query=found,
            given=given,
            asked=text,
            refused="",
            columns=columns_of(answer.body) if is_table else [],
            rows=rows_of(answer.body) if is_table else [],
            total=answer.total,
            text="" if is_table else answer.body.decode(),
        )
    )
