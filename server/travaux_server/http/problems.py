"""What a client is told when it gets no answer: problem details (RFC 9457), plain text, or a page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from travaux_build.errors import TravauxError
from travaux_server.engine import (
    EngineBusy,
    MalformedQuery,
    NotRepresentable,
    QueryError,
    QueryRefused,
    QueryTimedOut,
    QueryTooCostly,
    QueryTooLarge,
)
from travaux_server.http.negotiate import HTML, NotAcceptable, Variant, negotiate
from travaux_server.http.reply import Reply

DETAILS = Variant("json", "application/problem+json", "problem details", also=("application/json",))
PLAIN = Variant("txt", "text/plain", "plain text")
STATUS: dict[type[TravauxError], int] = {
    MalformedQuery: 400,
    QueryTooLarge: 413,
    QueryRefused: 400,
    NotRepresentable: 406,
    NotAcceptable: 406,
    QueryTimedOut: 503,
    QueryTooCostly: 503,
    EngineBusy: 503,
}
"""Status of each error; a subclass not named here has that of its base."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a request, and what to do about it; a field without a value is left out."""

    status: int
    title: str
    detail: str = ""
    hint: str = ""
    line: int = 0
    column: int = 0
    variants: tuple[str, ...] = ()
    retry_after: int = 0


class BadRequest(TravauxError):
    """Raised by a view that refuses a request, with the status to answer and headers to send along."""

    def __init__(
        self, detail: str, hint: str = "", status: int = 400, headers: dict[str, str] | None = None
    ) -> None:
        self.problem = Problem(status, HTTPStatus(status).phrase, detail, hint)
        self.headers = headers or {}
        super().__init__(f"{detail} — {hint}" if hint else detail)


def problem_of(error: TravauxError) -> Problem:
    """The problem that an error of ours is for the client."""
    if isinstance(error, BadRequest):
        return error.problem
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    problem = Problem(status, HTTPStatus(status).phrase, str(error))
    if isinstance(error, MalformedQuery):
        return Problem(status, problem.title, error.message, error.hint, error.line, error.column)
    if isinstance(error, EngineBusy):
        return Problem(status, problem.title, error.message, error.hint, retry_after=error.retry_after)
    if isinstance(error, QueryError):
        return Problem(status, problem.title, error.message, error.hint)
    if isinstance(error, NotAcceptable):
        offered = tuple(variant.media_type for variant in error.variants)
        return Problem(status, problem.title, "none of the types accepted can be given", variants=offered)
    return problem


def reply_of(error: TravauxError, accept: str) -> Reply:
    """The reply to an error of ours, in a form that the client accepts, but never as a page."""
    reply = reply_to(problem_of(error), accept)
    more = tuple(error.headers.items()) if isinstance(error, BadRequest) else ()
    return Reply(reply.status, (*reply.headers, *more), reply.body)


def reply_to(problem: Problem, accept: str = "") -> Reply:
    """The problem as plain text if that is preferred, else as problem details."""
    try:
        variant = negotiate(accept, (DETAILS, PLAIN))
    except NotAcceptable:
        variant = DETAILS
    is_plain = variant.name == PLAIN.name
    headers = [
        ("Content-Type", (PLAIN if is_plain else DETAILS).content_type),
        ("Vary", "Accept, Accept-Encoding"),
        ("Cache-Control", "no-store"),
    ]
    if problem.retry_after:
        headers.append(("Retry-After", str(problem.retry_after)))
    return Reply(problem.status, tuple(headers), (_plain if is_plain else _details)(problem).encode())


def respond(problem: Problem) -> Response:
    """The problem in the form that the client prefers; problem details if it says nothing."""
    accept = request.headers.get("Accept", "")
    try:
        is_page_wanted = negotiate(accept, (DETAILS, PLAIN, HTML)).name == HTML.name
    except NotAcceptable:
        is_page_wanted = False
    if is_page_wanted:
        return finish(problem, render_template("problem.html", problem=problem), HTML)
    return reply_to(problem, accept).response()


def finish(problem: Problem, body: str, variant: Variant) -> Response:
    """A response with a problem's status and headers, in a variant."""
    response = Response(body, problem.status, content_type=variant.content_type)
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = "no-store"
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def handle_problems(app: Flask) -> None:
    """Answer every error of a view of `app`, ours or HTTP's, as a problem."""

    @app.errorhandler(TravauxError)
    def ours(error: TravauxError) -> Response:
        response = respond(problem_of(error))
        if isinstance(error, BadRequest):
            response.headers.update(error.headers)
        return response

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return app.make_response(error)
        response = respond(Problem(error.code, error.name, error.description or ""))
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
        return response


def _details(problem: Problem) -> str:
    members = {key: value for key, value in asdict(problem).items() if value}
    return json.dumps({"type": "about:blank", **members}, ensure_ascii=False) + "\n"


def _plain(problem: Problem) -> str:
    lines = [f"{problem.status} {problem.title}"]
    if problem.line:
        lines.append(f"line {problem.line}, column {problem.column}: {problem.detail}")
    elif problem.detail:
        lines.append(problem.detail)
    if problem.hint:
        lines.append(problem.hint)
    lines.extend(problem.variants)
    return "\n".join(lines) + "\n"
