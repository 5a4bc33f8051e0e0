"""Content negotiation by RFC 9110, section 12.5.1: which of the formats on offer a client prefers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from travaux_build.errors import TravauxError

PARTS = {separator: re.compile(rf"""(?:[^{separator}"]|"(?:[^"\\]|\\.)*+"?)++""") for separator in (",", ";")}


@dataclass(frozen=True)
class Variant:
    """A format on offer: `name` is its short name, `label` its name for people, `suffix` its file suffix.

    `also` are types that it answers to as well, when a client names them.
    """

    name: str
    media_type: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        return "." + self.name

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`: text is always UTF-8 and says so."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


HTML = Variant("html", "text/html", "HTML")
TURTLE = Variant("ttl", "text/turtle", "Turtle")
JSON_LD = Variant("jsonld", "application/ld+json", "JSON-LD", also=("application/json",))
N_TRIPLES = Variant("nt", "application/n-triples", "N-Triples")
RDF_XML = Variant("rdf", "application/rdf+xml", "RDF/XML", also=("application/xml", "text/xml"))
N_QUADS = Variant("nq", "application/n-quads", "N-Quads")
TRIG = Variant("trig", "application/trig", "TriG")
RESULTS_JSON = Variant("json", "application/sparql-results+json", "JSON", also=("application/json",))
RESULTS_XML = Variant("xml", "application/sparql-results+xml", "XML", also=("application/xml", "text/xml"))
RESULTS_CSV = Variant("csv", "text/csv", "CSV")
RESULTS_TSV = Variant("tsv", "text/tab-separated-values", "TSV")

RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
"""Formats of a document about something; Turtle when the client does not care."""
GRAPHS = (*RDF, N_QUADS, TRIG)
"""Formats of CONSTRUCT and DESCRIBE."""
SOLUTIONS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""Formats of SELECT."""
BOOLEANS = (RESULTS_JSON, RESULTS_XML)
"""Formats of ASK: the recommendation on CSV and TSV defines them for bindings only."""


class NotAcceptable(TravauxError):
    """Raised when no format on offer is acceptable to the client; carries those on offer."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        self.variants = tuple(variants)
        offered = ", ".join(variant.media_type for variant in variants)
        super().__init__(f"none of the types accepted can be given — on offer are {offered}")


@dataclass(frozen=True)
class _Range:
    """A media range of an Accept header with its weight, in thousandths."""

    main: str
    sub: str
    weight: int

    @property
    def precision(self) -> int:
        return (self.main != "*") + (self.sub != "*")

    def covers(self, media_type: str) -> bool:
        main, _, sub = media_type.partition("/")
        return self.main in ("*", main) and self.sub in ("*", sub)


def negotiate(accept: str | None, variants: Sequence[Variant]) -> Variant:
    """The variant that suits the Accept header best; its `media_type` is the one to answer with.

    The highest weight wins, then the more precise range, then the order of `variants`; without a header, the
    first variant. The most precise range that covers a type decides its weight; weight 0 excludes it.
    Raises `NotAcceptable`.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return variants[0]
    best: tuple[int, int] = (0, 0)
    chosen: Variant | None = None
    for variant in variants:
        for media_type in (variant.media_type, *variant.also):
            score = _score(media_type, ranges, named=media_type in variant.also)
            if score[0] > 0 and score > best:
                best, chosen = score, replace(variant, media_type=media_type)
    if chosen is None:
        raise NotAcceptable(variants)
    return chosen


def by_name(name: str, variants: Sequence[Variant]) -> Variant:
    """The variant with a short name or media type, as `format=` gives it. Raises `NotAcceptable`."""
    for variant in variants:
        if name.lower() in (variant.name, variant.media_type, *variant.also):
            return variant
    raise NotAcceptable(variants)


def _score(media_type: str, ranges: list[_Range], named: bool) -> tuple[int, int]:
    """Weight and precision of the range that decides; a type that a variant also answers to must be named."""
    covering = [found for found in ranges if found.covers(media_type)]
    if not covering:
        return (0, 0)
    deciding = max(covering, key=lambda found: (found.precision, found.weight))
    if named and deciding.precision < 2:
        return (0, 0)
    return (deciding.weight, deciding.precision)


def _ranges(accept: str) -> Iterator[_Range]:
    """The media ranges of an Accept header; what does not read as one is passed over."""
    for part in _split(accept, ","):
        media_range, *parameters = _split(part, ";") or [""]
        main, slash, sub = media_range.strip().lower().partition("/")
        if media_range.strip() == "*":
            main, slash, sub = "*", "/", "*"
        weight = _weight(parameters)
        if slash and main and sub and weight is not None and (main != "*" or sub == "*"):
            yield _Range(main.strip(), sub.strip(), weight)


def _weight(parameters: list[str]) -> int | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            digits = value.strip()
            if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or float(digits) > 1:
                return None
            return round(float(digits) * 1000)
    return 1000


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside quoted strings; empty parts are left out."""
    return [part for part in PARTS[separator].findall(text) if part.strip()]
