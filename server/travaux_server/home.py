"""The home page: what this is, what is in it, what one can ask it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from travaux_server.counts import classes_of, tops
from travaux_server.example_queries import example_queries
from travaux_server.linked_data import addresses, send_page
from travaux_server.negotiate import HTML, RDF, NotAcceptable, negotiate
from travaux_server.service import current_service

blueprint = Blueprint("home", __name__)
QUERIES = 5


@blueprint.get("/")
def home() -> AnyResponse:
    """The page; who prefers RDF is sent to the description of the data set."""
    service = current_service()
    try:
        wanted = negotiate(request.headers.get("Accept"), (HTML, *RDF)).name
    except NotAcceptable:
        wanted = HTML.name
    if wanted != HTML.name:
        response = redirect(addresses().path("dataset"), 303)
        response.headers["Vary"] = "Accept"
        return response
    classes = tops(classes_of(service))
    queries = list(example_queries(service).values())
    body = render_template(
        "home.html", classes=classes, queries=queries[:QUERIES], other_queries=len(queries[QUERIES:])
    )
    return send_page(body, vary="Accept")
