"""SPARQL 1.1 Protocol, queries only: from what is asked to the reply, in every format but pages."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from functools import lru_cache

from travaux_server import guard
from travaux_server.asked import Asked
from travaux_server.compression import coding_for, encode
from travaux_server.cost import Cost
from travaux_server.engine import SOLUTIONS_JSON, Answer, EngineBusy, QueryError
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
from travaux_server.reply import Reply
from travaux_server.service import Service
from travaux_server.service_description import describe_service
from travaux_server.timing import server_timing
from travaux_server.tokens import form, words

VARIANTS = {"SELECT": SOLUTIONS, "ASK": BOOLEANS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value differs from one evaluation to the next: an answer with them is never reused."""
VARY = ("Vary", "Accept, Accept-Encoding")
LONGEST_REMEMBERED = 4000
"""Queries up to this length are remembered with what their text says."""
LONGEST_ACCEPT = 500
"""Accept headers up to this length are remembered with what they amount to."""
SOLUTION_NAMES = frozenset(variant.name for variant in SOLUTIONS)
GRAPH_NAMES = frozenset(variant.name for variant in GRAPHS)
OWN_TYPES = {variant.name: variant.media_type for variant in (*SOLUTIONS, *GRAPHS)}
"""Media type by short name: a variant may have been chosen by another type that it answers to."""


@dataclass(frozen=True)
class Inspected:
    """What the text of a query says: its form, or none; whether its answer differs from time to time."""

    form: str
    is_changing: bool


def reply_to(service: Service, asked: Asked, cost: Cost) -> Reply:
    """The reply to a query, or the service description when there is none. Raises `TravauxError`."""
    parameters = read_parameters(asked)
    if parameters.query is None:
        return _description(service, asked, cost)
    return _answer(service, asked, parameters, parameters.query.removeprefix("\ufeff"), cost)


def inspect(service: Service, query: str) -> Inspected:
    """What the text of a query that may be evaluated says. Raises `QueryError` for one that may not."""
    read = _inspected if len(query) <= LONGEST_REMEMBERED else _inspected.__wrapped__
    return read(query, service.settings.query_characters if service.settings.guard else None)


def variant_of(parameters: Parameters, kind: str, accept: str) -> Variant:
    """The format named by `format=` if the answer has it, else the one negotiated. Raises `NotAcceptable`.

    Some clients send `format=` with other servers' values beside their Accept header: they are passed over.
    """
    if not kind:
        return RESULTS_JSON
    if parameters.format:
        try:
            return by_name(parameters.format, (*VARIANTS[kind], HTML))
        except NotAcceptable:
            pass
    return (_negotiated if len(accept) <= LONGEST_ACCEPT else _negotiated.__wrapped__)(kind, accept)


def is_page_wanted(accept: str) -> bool:
    """Whether a page is what the client prefers to every other kind of answer."""
    if "html" not in accept.lower():
        return False
    return (_is_page_wanted if len(accept) <= LONGEST_ACCEPT else _is_page_wanted.__wrapped__)(accept)


def evaluate(service: Service, parameters: Parameters, query: str, variant: Variant, cost: Cost) -> Answer:
    """The engine's answer in a variant, its first rows if that is the page; the work is noted as cost."""
    own_type = OWN_TYPES.get(variant.name, "")
    begun = time.perf_counter()
    try:
        answer = service.engine.evaluate(
            query,
            solutions=own_type if variant.name in SOLUTION_NAMES else SOLUTIONS_JSON,
            graph=own_type if variant.name in GRAPH_NAMES else TURTLE.media_type,
            default_graphs=parameters.default_graphs if parameters.has_dataset else None,
            named_graphs=parameters.named_graphs if parameters.has_dataset else None,
            timeout=parameters.timeout,
            rows=service.settings.html_rows if variant.name == HTML.name else None,
        )
    except EngineBusy:
        raise
    except QueryError:
        cost.seconds += time.perf_counter() - begun
        raise
    cost.seconds += answer.seconds
    return answer


def tag_of(service: Service, asked: Asked, parameters: Parameters, query: str, variant: Variant) -> str:
    """Hash of all that decides the answer; empty when an evaluation may differ from the last."""
    if asked.method == "POST" or inspect(service, query).is_changing:
        return ""
    release = service.release.manifest
    parts = [release.version, release.content_digest, variant.media_type, coding_for(asked.accept_encoding)]
    parts += [query, *parameters.default_graphs, "", *parameters.named_graphs]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether a client that sends this If-None-Match has the answer with this tag."""
    return bool(tag and if_none_match) and any(
        known.strip().removeprefix("W/") == f'"{tag}"' for known in if_none_match.split(",")
    )


def headers_of(service: Service, tag: str) -> list[tuple[str, str]]:
    """The headers of an answer with a tag, or with none, whatever its format."""
    headers = [
        VARY,
        ("Cache-Control", "no-cache" if tag else "no-store"),
        ("X-Release", service.release.manifest.version),
    ]
    if tag:
        headers.append(("ETag", f'"{tag}"'))
    return headers


@lru_cache(maxsize=1000)
def _inspected(query: str, maximum_characters: int | None) -> Inspected:
    """What one pass or two over a text find; clients that send the same again need not wait for it again."""
    if maximum_characters is not None:
        guard.inspect(query, maximum_characters)
    capitals = query.upper()
    may_change = any(name in capitals for name in CHANGING)
    return Inspected(form(query), may_change and not CHANGING.isdisjoint(words(query)))


def _answer(service: Service, asked: Asked, parameters: Parameters, query: str, cost: Cost) -> Reply:
    variant = variant_of(parameters, inspect(service, query).form, asked.accept)
    tag = tag_of(service, asked, parameters, query, variant)
    headers = headers_of(service, tag)
    if is_known(tag, asked.if_none_match):
        return Reply(304, tuple(headers))
    answer = evaluate(service, parameters, query, variant, cost)
    return _whole(answer, variant, asked, headers)


def _description(service: Service, asked: Asked, cost: Cost) -> Reply:
    variant = negotiate(asked.accept, (*RDF, HTML))
    parameters = Parameters(query=None)
    query = describe_service(service)
    tag = tag_of(service, asked, parameters, query, variant)
    headers = headers_of(service, tag)
    if is_known(tag, asked.if_none_match):
        return Reply(304, tuple(headers))
    answer = evaluate(service, parameters, query, variant, cost)
    return _whole(answer, variant, asked, headers)


def _whole(answer: Answer, variant: Variant, asked: Asked, headers: list[tuple[str, str]]) -> Reply:
    body, coding = encode(answer.body, coding_for(asked.accept_encoding))
    if coding:
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Type", variant.content_type))
    headers.append(("Server-Timing", server_timing(answer)))
    return Reply(200, tuple(headers), body)


@lru_cache(maxsize=1000)
def _negotiated(kind: str, accept: str) -> Variant:
    return negotiate(accept, (*VARIANTS[kind], HTML))


@lru_cache(maxsize=1000)
def _is_page_wanted(accept: str) -> bool:
    try:
        return negotiate(accept, (*SOLUTIONS, *GRAPHS, HTML)).name == HTML.name
    except NotAcceptable:
        return False
