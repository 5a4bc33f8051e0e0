"""SPARQL 1.1 Protocol, queries only: from what is asked to the reply, in every format but pages."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from functools import partial

from travaux_server.engine import SOLUTIONS_JSON, Answer, EngineBusy, QueryError, Result
from travaux_server.http.asked import Asked
from travaux_server.http.compression import encode
from travaux_server.http.cost import Cost
from travaux_server.http.negotiate import GRAPHS, HTML, SOLUTIONS, TURTLE, Variant
from travaux_server.http.reply import Reply
from travaux_server.http.timing import server_timing
from travaux_server.query.question import Question, question_in, question_of_the_service
from travaux_server.service import Service

SOLUTION_NAMES = frozenset(variant.name for variant in SOLUTIONS)
GRAPH_NAMES = frozenset(variant.name for variant in GRAPHS)
OWN_TYPES = {variant.name: variant.media_type for variant in (*SOLUTIONS, *GRAPHS)}
"""Media type by short name: a variant may have been chosen by another type that it answers to."""


def reply_to(service: Service, asked: Asked, cost: Cost) -> Reply:
    """The reply to a query, or the service description when there is none. Raises `TravauxError`."""
    question = question_in(service, asked) or question_of_the_service(service, asked)
    if question.is_answered(asked.if_none_match):
        return Reply(304, question.headers)
    return reply_with(evaluate(service, question, cost), question)


def begin(
    service: Service,
    question: Question,
    loop: AbstractEventLoop,
    done: Callable[[Result, bool], None],
) -> bool:
    """Begin what `evaluate` does, if there is nothing to wait for; see `Engine.begin`."""
    parameters = question.parameters
    return service.engine.begin(
        question.query,
        solutions=_solutions_type(question.variant),
        graph=_graph_type(question.variant),
        default_graphs=parameters.default_graphs if parameters.has_dataset else None,
        named_graphs=parameters.named_graphs if parameters.has_dataset else None,
        timeout=parameters.timeout,
        loop=loop,
        done=done,
    )


def evaluate(service: Service, question: Question, cost: Cost) -> Answer:
    """The engine's answer to a question, its first rows if that is for a page; the work is noted as cost."""
    parameters, variant = question.parameters, question.variant
    result = partial(
        service.engine.evaluate,
        question.query,
        solutions=_solutions_type(variant),
        graph=_graph_type(variant),
        default_graphs=parameters.default_graphs if parameters.has_dataset else None,
        named_graphs=parameters.named_graphs if parameters.has_dataset else None,
        timeout=parameters.timeout,
        rows=service.settings.html_rows if variant.name == HTML.name else None,
    )
    return conclude(result, time.perf_counter(), cost)


def conclude(result: Result, begun: float, cost: Cost) -> Answer:
    """The answer to a query begun at that time (`time.perf_counter`); the work is noted as cost."""
    try:
        answer = result()
    except EngineBusy:
        raise
    except QueryError:
        cost.seconds += time.perf_counter() - begun
        raise
    cost.seconds += answer.seconds + answer.serialized
    return answer


def reply_with(answer: Answer, question: Question) -> Reply:
    """The reply that gives the answer to a question."""
    headers = list(question.headers)
    body, coding = encode(answer.body, question.coding)
    if coding:
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Type", question.variant.content_type))
    headers.append(("Server-Timing", server_timing(answer)))
    return Reply(200, tuple(headers), body)


def _solutions_type(variant: Variant) -> str:
    return OWN_TYPES[variant.name] if variant.name in SOLUTION_NAMES else SOLUTIONS_JSON


def _graph_type(variant: Variant) -> str:
    return OWN_TYPES[variant.name] if variant.name in GRAPH_NAMES else TURTLE.media_type
