"""The SPARQL endpoint as people meet it: a form, and pages with answers; `protocol` has what programs get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from travaux_build.errors import TravauxError
from travaux_server.engine import Answer, boolean_of, columns_of, rows_of
from travaux_server.http.asked import Asked, asked_in
from travaux_server.http.compression import compress
from travaux_server.http.cost import Cost, cost_of
from travaux_server.http.negotiate import BOOLEANS, GRAPHS, HTML, SOLUTIONS, NotAcceptable
from travaux_server.http.problems import Problem, finish, problem_of
from travaux_server.http.timing import server_timing
from travaux_server.query import protocol
from travaux_server.query.parameters import Parameters, read_parameters
from travaux_server.query.question import Question, question_in
from travaux_server.service import Service, current_service

blueprint = Blueprint("sparql", __name__)
FORMATS = {"solutions": SOLUTIONS, "boolean": BOOLEANS, "graph": GRAPHS}
"""Formats of each kind of answer."""


@dataclass(frozen=True)
class Link:
    """A link to the same answer in another format."""

    label: str
    href: str


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/sparql/", methods=["GET", "POST"])
def endpoint() -> Response:
    """The form, with the query and its answer if there is one; programs are answered before (`direct`)."""
    service = current_service()
    query = ""
    try:
        asked = asked_in(request.environ, service.settings.body_bytes)
        query = read_parameters(asked).query or ""
        question = question_in(service, asked)
        if question is None:
            return _page(query)
        return _respond(service, asked, question, cost_of(request.environ))
    except TravauxError as error:
        problem = problem_of(error)
        if isinstance(error, NotAcceptable) or problem.status in (405, 415):
            raise
        return _page(query, problem=problem)


def _respond(service: Service, asked: Asked, question: Question, cost: Cost) -> Response:
    """The page with the answer, or the answer alone in the format that `format=` names, or 304."""
    if question.variant.name != HTML.name:
        return protocol.reply_to(service, asked, cost).response()
    response = Response(status=304)
    if not question.is_answered(asked.if_none_match):
        answer = protocol.evaluate(service, question, cost)
        response = _page(question.query, answer, _links(question.parameters, answer.kind))
        response.headers["Server-Timing"] = server_timing(answer)
    response.headers.update(question.headers)
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
    response.headers["Vary"] = "Accept"
    compress(response)
    return response


def _links(parameters: Parameters, kind: str) -> list[Link]:
    fields = [("query", parameters.query or "")]
    fields += [("default-graph-uri", graph) for graph in parameters.default_graphs]
    fields += [("named-graph-uri", graph) for graph in parameters.named_graphs]
    return [
        Link(variant.label, "?" + urlencode([*fields, ("format", variant.name)])) for variant in FORMATS[kind]
    ]
