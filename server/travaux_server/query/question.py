"""What is asked of the SPARQL endpoint: the query of a request, and in which format its answer is due."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from travaux_server.http.asked import Asked
from travaux_server.http.compression import coding_for
from travaux_server.http.negotiate import (
    BOOLEANS,
    GRAPHS,
    HTML,
    RESULTS_JSON,
    SOLUTIONS,
    NotAcceptable,
    Variant,
    by_name,
    negotiate,
)
from travaux_server.query import guard
from travaux_server.query.parameters import Parameters, read_parameters
from travaux_server.query.service_description import describe_service
from travaux_server.service import Service
from travaux_server.tokens import form, words

VARIANTS = {"SELECT": SOLUTIONS, "ASK": BOOLEANS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value differs from one evaluation to the next: an answer with them is never reused."""
VARY = ("Vary", "Accept, Accept-Encoding")
LONGEST_REMEMBERED = 4000
"""Requests, and queries, up to this length are remembered with what their text says."""
LONGEST_ACCEPT = 500
"""Accept headers up to this length are remembered with what they amount to."""


@dataclass(frozen=True)
class Inspected:
    """What the text of a query says: its form, or none; whether its answer differs from time to time."""

    form: str
    is_changing: bool


@dataclass(frozen=True)
class Question:
    """A query that may be evaluated, and what is known of the answer before.

    `variant` is its format, `coding` the compression that the client likes, `tag` a hash of all that decides
    it, or empty when an evaluation may differ from the last; `headers` are those that it has in any case.
    """

    parameters: Parameters
    query: str
    variant: Variant
    coding: str
    tag: str
    headers: tuple[tuple[str, str], ...]

    def is_answered(self, if_none_match: str) -> bool:
        """Whether a client that sends this If-None-Match has the answer."""
        return bool(self.tag and if_none_match) and any(
            known.strip().removeprefix("W/") == f'"{self.tag}"' for known in if_none_match.split(",")
        )


@dataclass(frozen=True)
class Terms:
    """What a question depends on beside its request: the data, and the longest query (None: no guard)."""

    version: str
    content_digest: str
    query_characters: int | None


def question_in(service: Service, asked: Asked) -> Question | None:
    """The question that a request asks; None if it asks none. Raises `TravauxError`.

    Clients that send the same again need not wait for its reading again.
    """
    terms = _terms(service)
    if asked.method == "POST":
        parameters = read_parameters(asked)
        return _question(parameters, asked.accept, asked.accept_encoding, terms, is_lasting=False)
    length = len(asked.query_string) + len(asked.accept) + len(asked.accept_encoding)
    read = _read if length <= LONGEST_REMEMBERED else _read.__wrapped__
    return read(asked.query_string, asked.accept, asked.accept_encoding, terms)


def question_of_the_service(service: Service, asked: Asked) -> Question:
    """The question for the service description (SPARQL 1.1 SD, 2). Raises `NotAcceptable`."""
    variant = negotiate(asked.accept, (*GRAPHS, HTML))
    query = describe_service(service)
    return _in_variant(Parameters(query), query, variant, asked.accept_encoding, _terms(service), True)


def is_page_wanted(accept: str) -> bool:
    """Whether a page is what the client prefers to every other kind of answer."""
    if "html" not in accept.lower():
        return False
    return (_is_page_wanted if len(accept) <= LONGEST_ACCEPT else _is_page_wanted.__wrapped__)(accept)


def _terms(service: Service) -> Terms:
    manifest, settings = service.release.manifest, service.settings
    return Terms(
        manifest.version, manifest.content_digest, settings.query_characters if settings.guard else None
    )


@lru_cache(maxsize=1000)
def _read(query_string: str, accept: str, accept_encoding: str, terms: Terms) -> Question | None:
    asked = Asked("GET", query_string, accept, accept_encoding, "", "", "", b"")
    return _question(read_parameters(asked), accept, accept_encoding, terms, is_lasting=True)


def _question(
    parameters: Parameters, accept: str, accept_encoding: str, terms: Terms, is_lasting: bool
) -> Question | None:
    if parameters.query is None:
        return None
    query = parameters.query.removeprefix("\ufeff")
    read = _inspected if len(query) <= LONGEST_REMEMBERED else _inspected.__wrapped__
    inspected = read(query, terms.query_characters)
    variant = _variant_of(parameters, inspected.form, accept)
    is_lasting = is_lasting and not inspected.is_changing
    return _in_variant(parameters, query, variant, accept_encoding, terms, is_lasting)


def _in_variant(
    parameters: Parameters,
    query: str,
    variant: Variant,
    accept_encoding: str,
    terms: Terms,
    is_lasting: bool,
) -> Question:
    coding = coding_for(accept_encoding)
    tag = ""
    if is_lasting:
        parts = [terms.version, terms.content_digest, variant.media_type, coding]
        parts += [query, *parameters.default_graphs, "", *parameters.named_graphs]
        tag = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    headers = [VARY, ("Cache-Control", "no-cache" if tag else "no-store"), ("X-Release", terms.version)]
    if tag:
        headers.append(("ETag", f'"{tag}"'))
    return Question(parameters, query, variant, coding, tag, tuple(headers))


def _variant_of(parameters: Parameters, kind: str, accept: str) -> Variant:
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


@lru_cache(maxsize=1000)
def _inspected(query: str, maximum_characters: int | None) -> Inspected:
    """What one pass or two over a text find. Raises `QueryError` for a query that may not be evaluated."""
    if maximum_characters is not None:
        guard.inspect(query, maximum_characters)
    capitals = query.upper()
    may_change = any(name in capitals for name in CHANGING)
    return Inspected(form(query), may_change and not CHANGING.isdisjoint(words(query)))


@lru_cache(maxsize=1000)
def _negotiated(kind: str, accept: str) -> Variant:
    return negotiate(accept, (*VARIANTS[kind], HTML))


@lru_cache(maxsize=1000)
def _is_page_wanted(accept: str) -> bool:
    try:
        return negotiate(accept, (*SOLUTIONS, *GRAPHS, HTML)).name == HTML.name
    except NotAcceptable:
        return False
