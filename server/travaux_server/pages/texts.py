"""Literals as people read them: the text, its language and direction, dates in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from travaux_server.engine import Term
from travaux_server.resources.standard_terms import XSD

RIGHT_TO_LEFT = frozenset(
    {"ar", "ckb", "dv", "fa", "he", "ks", "lrc", "nqo", "pnb", "ps", "sd", "ug", "ur", "yi"}
)
"""Languages that are written from right to left unless their tag names another script."""
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
FIRST_LANGUAGE = "en"
CODE = re.compile(r"[0-9a-fA-F]{32,}|[A-Za-z0-9+/=_-]{48,}")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Text:
    """A text to show. `direction` is `ltr`, `rtl` or, where the language is not known, `auto`.

    `machine` is the value of a date for machines, `address` where the text leads if it is an address,
    `is_code` whether it is a digest or the like, whose characters are all that matters.
    """

    value: str
    language: str = ""
    direction: str = "auto"
    machine: str = ""
    address: str = ""
    is_code: bool = False


def text_of(literal: Term) -> Text:
    """The text of a literal."""
    if literal.language:
        return Text(literal.value, literal.language, direction_of(literal.language))
    value = literal.value
    datatype = literal.datatype.removeprefix(XSD)
    if datatype in ("date", "dateTime", "gYearMonth"):
        words = _in_words(value, datatype)
        return Text(words or value, direction="ltr", machine=value if words else "")
    if WEB_ADDRESS.fullmatch(value):
        return Text(value, direction="ltr", address=value)
    if datatype == "boolean":
        return Text({"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(value, value), direction="ltr")
    return Text(value, direction="ltr" if datatype else "auto", is_code=bool(CODE.fullmatch(value)))


def direction_of(language: str) -> str:
    """The direction in which a language, by its BCP 47 tag, is written."""
    first, *others = language.lower().split("-")
    scripts = [part for part in others if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if first in RIGHT_TO_LEFT else "ltr"


def best_of(literals: Iterable[Term]) -> Term | None:
    """The literal to show where there is room for one: English, else without language, else the first."""

    def rank(literal: Term) -> tuple[int, str, str]:
        language = literal.language.lower()
        primary = language.partition("-")[0]
        place = (
            0 if language == FIRST_LANGUAGE else 1 if primary == FIRST_LANGUAGE else 2 if not language else 3
        )
        return place, language, literal.value

    return min(literals, key=rank, default=None)


def _in_words(value: str, datatype: str) -> str:
    """A date, month or moment in words; empty for what does not read as one."""
    try:
        if datatype == "gYearMonth":
            year, month = value.split("-")
            return f"{MONTHS[int(month) - 1]} {year}" if 1 <= int(month) <= 12 else ""
        if datatype == "date" and PLAIN_DATE.fullmatch(value):
            return _day(date.fromisoformat(value))
        if datatype == "dateTime" and MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            zone = f" ({moment.tzname()})" if moment.tzinfo else ""
            return f"{_day(moment.date())}, {moment:%H:%M}{zone}"
    except ValueError:
        return ""
    return ""


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
