"""The parameters of a SPARQL request (SPARQL 1.1 Protocol, 2.1), taken from its URL and body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from travaux_server.engine import QueryRefused
from travaux_server.http.asked import Asked
from travaux_server.http.problems import BadRequest

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
MAXIMUM_PARAMETERS = 500
LONGEST_TYPE = 200
NUMBER = re.compile(r"(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?")
BODY_TYPES = {"Accept-Post": f"{FORM}, {DIRECT}"}


@dataclass(frozen=True)
class Parameters:
    """What a client asks: the query, or None on a bare GET, and how it is to be answered."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""
    timeout: float | None = None

    @property
    def has_dataset(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


def read_parameters(asked: Asked) -> Parameters:
    """The parameters of a GET, of a POST of a form, or of a POST of the query itself.

    Raises `BadRequest` for a body that is none of these, for bytes that are not UTF-8 and for a parameter
    given twice, `QueryRefused` for an update.
    """
    pairs = read_pairs(asked.query_string)
    if asked.method == "POST":
        pairs += _body(asked)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise QueryRefused("the data are read-only: an update is refused", "send a query= instead")
    for name in ("query", "timeout", "format"):
        if len(values.get(name, [])) > 1:
            raise BadRequest(f"{name}= is given {len(values[name])} times", "give it once")
    if asked.method == "POST" and "query" not in values:
        raise BadRequest("the form has no query=", "put the query in a field named query")
    return Parameters(
        query=values["query"][0] if "query" in values else None,
        default_graphs=tuple(dict.fromkeys(values.get("default-graph-uri", ()))),
        named_graphs=tuple(dict.fromkeys(values.get("named-graph-uri", ()))),
        format=values.get("format", [""])[0],
        timeout=_seconds(values["timeout"][0]) if "timeout" in values else None,
    )


def read_pairs(query_string: str) -> list[tuple[str, str]]:
    """Names and values in the query string of a URL, in their order. Raises `BadRequest` if not UTF-8."""
    return _pairs(query_string.encode("latin-1"))


def _body(asked: Asked) -> list[tuple[str, str]]:
    media_type, charset = _content_type(asked.content_type[:LONGEST_TYPE])
    if media_type == UPDATE:
        raise BadRequest("the data are read-only: an update is refused", "send a query", 415, BODY_TYPES)
    if media_type not in (FORM, DIRECT):
        named = f"a body of type {media_type}" if media_type else "a body without Content-Type"
        raise BadRequest(f"{named} is not read here", f"send {DIRECT} or {FORM}", 415, BODY_TYPES)
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest("the body's charset is not UTF-8", "send UTF-8", 415, BODY_TYPES)
    if asked.content_encoding.lower() not in ("", "identity"):
        raise BadRequest("a compressed body is not read here", "send it as it is", 415, BODY_TYPES)
    return _pairs(asked.body) if media_type == FORM else [("query", _text(asked.body))]


@lru_cache(maxsize=200)
def _content_type(value: str) -> tuple[str, str]:
    """Media type and charset, in small letters."""
    media_type, options = parse_options_header(value)
    return media_type.lower(), options.get("charset", "utf-8").lower()


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Names and values, percent-decoded once."""
    text = _text(encoded)
    if text.count("&") >= MAXIMUM_PARAMETERS:
        raise BadRequest(f"there are more than {MAXIMUM_PARAMETERS} parameters", "send fewer")
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequest("a parameter is not UTF-8 when percent-decoded", "send UTF-8") from error


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"byte {error.start} of the parameters is not UTF-8", "send UTF-8") from error


def _seconds(value: str) -> float:
    """A number of seconds above 0, as JSON and other languages write numbers."""
    if not NUMBER.fullmatch(value) or float(value) <= 0:
        raise BadRequest(f"timeout={value[:20]} is no number of seconds", "write for example timeout=2.5")
    return float(value)
