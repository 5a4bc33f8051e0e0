"""Ranges: which bytes of a file a client asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")
MOST = 100
"""Ranges asked for at a time; of more, none is heeded (section 17.15)."""


@dataclass(frozen=True)
class Span:
    """The bytes of a file from `start` on and before `end`."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """Raised when no byte that is asked for is there."""


def span_of(header: str, size: int) -> Span | None:
    """The bytes of a file of that size that a `Range` asks for; None if the whole file is to be sent.

    Ranges that touch or overlap are one. Where several remain, or the header is none, it is not heeded, as
    the standard allows. Raises `Unsatisfiable`.
    """
    unit, _, text = header.partition("=")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    matches = [RANGE.fullmatch(part) for part in parts[:MOST]]
    if unit.strip().lower() != "bytes" or not 0 < len(parts) <= MOST:
        return None
    spans = []
    for match in matches:
        if match is None or match.group() == "-" or _is_backwards(match):
            return None
        spans.append(_span(match[1], match[2], size))
    found = sorted((span for span in spans if span.start < span.end), key=lambda span: span.start)
    if not found:
        raise Unsatisfiable
    end = found[0].end
    for span in found[1:]:
        if span.start > end:
            return None
        end = max(end, span.end)
    return Span(found[0].start, end)


def _is_backwards(match: re.Match[str]) -> bool:
    return bool(match[1] and match[2]) and int(match[1]) > int(match[2])


def _span(first: str, last: str, size: int) -> Span:
    """The bytes of one range that are there, perhaps none."""
    if not first:
        return Span(max(size - int(last), 0), size)
    return Span(int(first), min(int(last) + 1, size) if last else size)
