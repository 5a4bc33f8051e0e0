"""The home page: what this is, what is in it, what one can ask it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from travaux_server.http.negotiate import HTML, N_QUADS, RDF, NotAcceptable, negotiate
from travaux_server.pages.counts import classes_of, tops
from travaux_server.query.example_queries import example_queries
from travaux_server.resources.addresses import ascii_iri
from travaux_server.resources.linked_data import addresses, send_page
from travaux_server.resources.links import Link, fitting, records
from travaux_server.resources.outline import makers_of
from travaux_server.resources.standard_terms import SCHEMA
from travaux_server.service import Service, current_service

blueprint = Blueprint("home", __name__)
QUERIES = 5
DATA = (*RDF, N_QUADS)
"""Formats in which the data set describes itself to programs."""


@blueprint.get("/")
def home() -> AnyResponse:
    """The page; who prefers RDF is sent to the description of the data set."""
    service = current_service()
    try:
        wanted = negotiate(request.headers.get("Accept"), (HTML, *DATA)).name
    except NotAcceptable:
        wanted = HTML.name
    if wanted != HTML.name:
        response = redirect(addresses().path("dataset"), 303)
        response.headers["Vary"] = "Accept"
        return response
    classes = tops(classes_of(service))
    queries = list(example_queries(service).values())
    links = _links(service)
    body = render_template(
        "home.html",
        links=fitting(links),
        classes=classes,
        queries=queries[:QUERIES],
        other_queries=len(queries[QUERIES:]),
    )
    return send_page(body, vary="Accept", links=links)


def _links(service: Service) -> list[Link]:
    """What the page is, to programs: the landing page of the data set (Signposting)."""
    iris, here = service.release.iris, addresses()
    formats = [Link("describedby", here.path(f"dataset{one.suffix}"), one.media_type) for one in DATA]
    return [
        Link("canonical", ascii_iri(iris.base)),
        Link("cite-as", ascii_iri(iris.dataset)),
        *(Link("author", here.href(maker)) for maker in makers_of(service)),
        Link("license", ascii_iri(service.release.manifest.licence)),
        *(Link("type", SCHEMA + name) for name in ("AboutPage", "Dataset")),
        *formats,
        *records(service, here),
    ]
