"""The SPARQL endpoint: SPARQL 1.1 Protocol, queries only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from travaux_build.errors import TravauxError
from travaux_server import guard
from travaux_server.engine import SOLUTIONS_JSON, Answer, boolean_of, columns_of, rows_of
from travaux_server.negotiate import (
    BOOLEANS,
    GRAPHS,
    HTML,
    RDF,
    RESULTS_JSON,
    SOLUTIONS,
    TURTLE,
    NotAcceptable,
    Variant,
    by_name,
    negotiate,
)
from travaux_server.parameters import Parameters, read_parameters
from travaux_server.problems import Problem, finish, problem_of
from travaux_server.service import Service, current_service
from travaux_server.service_description import describe_service
from travaux_server.tokens import form, words

blueprint = Blueprint("sparql", __name__)
VARIANTS = {"SELECT": SOLUTIONS, "ASK": BOOLEANS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value differs from one evaluation to the next: an answer with them is never reused."""


@dataclass(frozen=True)
class Link:
    """A link to the same answer in another format."""

    label: str
    href: str


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/sparql/", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; without one, the form if a page is wanted, else the service description."""
    service = current_service()
    page = _is_page_wanted()
    query = ""
    try:
        parameters = read_parameters(request)
        query = parameters.query or ""
        if parameters.query is None:
            return _page(query) if page else _description(service)
        return _respond(service, parameters, query.removeprefix("\ufeff"))
    except TravauxError as error:
        problem = problem_of(error)
        if not page or isinstance(error, NotAcceptable) or problem.status in (405, 415):
            raise
        return _page(query, problem=problem)


def _respond(service: Service, parameters: Parameters, query: str) -> Response:
    """The answer in the variant wanted, or 304 if the client has it. Raises `QueryError`, `NotAcceptable`."""
    if service.settings.guard:
        guard.inspect(query, service.settings.query_characters)
    kind = form(query[: service.settings.query_characters])
    variant = _variant(parameters, (*VARIANTS[kind], HTML)) if kind else RESULTS_JSON
    tag = _tag(service, parameters, query, variant)
    response = Response(status=304)
    if not (tag and tag in request.if_none_match.as_set(include_weak=True)):
        answer = _evaluate(service, parameters, query, variant)
        if variant.name == HTML.name:
            response = _page(query, answer, _links(parameters, kind))
        else:
            response = Response(answer.body, content_type=variant.content_type)
        response.headers["Server-Timing"] = f"evaluation;dur={answer.seconds * 1000:.2f}"
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache" if tag else "no-store"
    response.headers["X-Release"] = service.release.manifest.version
    if tag:
        response.set_etag(tag)
    return response


def _evaluate(service: Service, parameters: Parameters, query: str, variant: Variant) -> Answer:
    media_type = "" if variant.name == HTML.name else _own_type(variant)
    return service.engine.evaluate(
        query,
        solutions=media_type if variant.name in {known.name for known in SOLUTIONS} else SOLUTIONS_JSON,
        graph=media_type if variant.name in {known.name for known in GRAPHS} else TURTLE.media_type,
        default_graphs=parameters.default_graphs if parameters.has_dataset else None,
        named_graphs=parameters.named_graphs if parameters.has_dataset else None,
        timeout=parameters.timeout,
        rows=service.settings.html_rows if variant.name == HTML.name else None,
    )


def _own_type(variant: Variant) -> str:
    """The media type of a variant that may have been chosen by another name of it."""
    return next(known.media_type for known in (*SOLUTIONS, *GRAPHS) if known.name == variant.name)


def _variant(parameters: Parameters, variants: Sequence[Variant]) -> Variant:
    """The format named by `format=` if the answer has it, else the one negotiated.

    Some clients send `format=` with other servers' values beside their Accept header: they are passed over.
    """
    try:
        return by_name(parameters.format, variants)
    except NotAcceptable:
        return negotiate(request.headers.get("Accept"), variants)


def _description(service: Service) -> Response:
    variant = negotiate(request.headers.get("Accept"), (*RDF, HTML))
    answer = service.engine.evaluate(
        describe_service(service), solutions=SOLUTIONS_JSON, graph=_own_type(variant)
    )
    response = Response(answer.body, content_type=variant.content_type)
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _page(
    query: str,
    answer: Answer | None = None,
    links: Sequence[Link] = (),
    problem: Problem | None = None,
) -> Response:
    """The form with the query in it, and the answer or the problem below.

    The template gets `rows` out of `total`, and a `graph` in Turtle that is whole unless `is_cut`.
    """
    solutions = answer if answer and answer.kind == "solutions" else None
    graph = answer.body.decode() if answer and answer.kind == "graph" else None
    longest = current_service().settings.html_characters
    body = render_template(
        "sparql.html",
        query=query,
        columns=columns_of(solutions.body) if solutions else [],
        rows=rows_of(solutions.body) if solutions else [],
        total=solutions.total if solutions else None,
        boolean=boolean_of(answer.body) if answer and answer.kind == "boolean" else None,
        graph=graph[:longest] if graph is not None else None,
        is_cut=graph is not None and len(graph) > longest,
        seconds=answer.seconds if answer else None,
        links=links,
        problem=problem,
    )
    if problem:
        return finish(problem, body, HTML)
    response = Response(body, content_type=HTML.content_type)
    response.headers["Vary"] = "Accept, Accept-Encoding"
    return response


def _links(parameters: Parameters, kind: str) -> list[Link]:
    fields = [("query", parameters.query or "")]
    fields += [("default-graph-uri", graph) for graph in parameters.default_graphs]
    fields += [("named-graph-uri", graph) for graph in parameters.named_graphs]
    return [
        Link(variant.label, "?" + urlencode([*fields, ("format", variant.name)]))
        for variant in VARIANTS.get(kind, ())
    ]


def _is_page_wanted() -> bool:
    """Whether a page is what the client prefers to every other kind of answer."""
    try:
        return negotiate(request.headers.get("Accept"), (*SOLUTIONS, *GRAPHS, HTML)).name == HTML.name
    except NotAcceptable:
        return False


def _tag(service: Service, parameters: Parameters, query: str, variant: Variant) -> str:
    """Hash of all that decides the answer; empty when an evaluation may differ from the last."""
    if request.method == "POST" or not CHANGING.isdisjoint(words(query)):
        return ""
    release = service.release.manifest
    parts = [release.version, release.content_digest, variant.media_type, query]
    parts += [*parameters.default_graphs, "", *parameters.named_graphs]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
